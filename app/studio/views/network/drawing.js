// One moment of a company on a canvas. Second part of the module; see widget.py.

const HIGH_IS_BAD = ["friction", "backlog"];
const MOST_LABELS = 60;

// From bad over middling to good: orange and blue, which colour-blind readers tell apart.
const SCALES = {
  light: [[196, 84, 0], [140, 132, 140], [0, 104, 170]],
  dark: [[255, 158, 61], [160, 155, 165], [92, 184, 245]],
};
const INK = {
  light: { ink: "#1c1c1c", faint: "#8a8a8a", inner: "#dadada", surface: "#ffffff", clash: "#b00020" },
  dark: { ink: "#ececec", faint: "#8f8f8f", inner: "#3c3c3c", surface: "#1e1e1e", clash: "#ff8fa0" },
};

function colour(value, measure, theme) {
  if (value === null) return INK[theme].faint;
  const good = HIGH_IS_BAD.includes(measure) ? 1 - value : value;
  const scale = SCALES[theme];
  const place = Math.min(good, 0.9999) * 2;
  const low = scale[Math.floor(place)];
  const high = scale[Math.floor(place) + 1];
  const mixed = low.map((part, k) => Math.round(part + (place % 1) * (high[k] - part)));
  return `rgb(${mixed.join(",")})`;
}

function geometry(scene, width) {
  const side = Math.max(scene.marketing, scene.people.length - scene.marketing);
  const height = Math.max(320, Math.min(620, 40 + 34 * side, width * 1.2));
  const radius = Math.max(4, Math.min(13, (0.42 * (height - 48)) / side));
  const margin = radius + 22;
  return {
    height,
    radius,
    x: scene.x.map((x) => margin + x * (width - 2 * margin)),
    y: scene.y.map((y) => 26 + y * (height - 48)),
  };
}

function outline(context, scene, person, x, y, radius) {
  context.beginPath();
  if (person < scene.marketing) context.arc(x, y, radius, 0, 2 * Math.PI);
  else context.rect(x - 0.9 * radius, y - 0.9 * radius, 1.8 * radius, 1.8 * radius);
}

function drawTie(context, scene, shape, tie, state, ink) {
  const [a, b] = scene.ties[tie];
  const mine = state.person < 0 || a === state.person || b === state.person;
  const resting = dormant(scene, tie, state.time);
  const contact = tieAt(scene, "contact_hours", tie, state.time);
  const ofTies = !OF_PEOPLE.includes(state.measure);
  context.setLineDash(resting ? [3, 5] : []);
  context.globalAlpha = (mine ? 0.85 : 0.12) * (resting ? 0.5 : 1);
  context.lineWidth = resting ? 1 : 0.8 + 3.6 * contact;
  context.strokeStyle =
    ofTies && !resting ? colour(tieAt(scene, state.measure, tie, state.time), state.measure, state.theme) : ink.faint;
  context.beginPath();
  context.moveTo(shape.x[a], shape.y[a]);
  context.lineTo(shape.x[b], shape.y[b]);
  context.stroke();
  context.setLineDash([]);
}

// An escalation: a jagged mark on the tie, so that it is seen without colour, and a ring that widens while time runs.
function drawClash(context, scene, shape, tie, state, ink) {
  const [strength, age] = clash(scene, tie, state.time);
  if (!strength) return;
  const [a, b] = scene.ties[tie];
  const mine = state.person < 0 || a === state.person || b === state.person;
  const x = (shape.x[a] + shape.x[b]) / 2;
  const y = (shape.y[a] + shape.y[b]) / 2;
  context.globalAlpha = strength * (mine ? 1 : 0.25);
  context.strokeStyle = ink.clash;
  context.lineWidth = 1.5;
  context.beginPath();
  context.moveTo(shape.x[a], shape.y[a]);
  context.lineTo(shape.x[b], shape.y[b]);
  context.stroke();
  if (state.playing && !state.still) {
    context.beginPath();
    context.arc(x, y, 8 + 6 * age, 0, 2 * Math.PI);
    context.stroke();
  }
  context.fillStyle = ink.clash;
  context.beginPath();
  [[2, -9], [-5, 2], [-1, 2], [-3, 9], [5, -2], [1, -2]].forEach(([dx, dy], k) =>
    k ? context.lineTo(x + dx, y + dy) : context.moveTo(x + dx, y + dy),
  );
  context.closePath();
  context.fill();
}

// A person: filled from below as far as the value goes, so that it is read without colour.
function drawPerson(context, scene, shape, person, state, ink) {
  const x = shape.x[person];
  const y = shape.y[person];
  const radius = shape.radius;
  const near = state.person < 0 || state.person === person || state.friends.has(person);
  const value = personAt(scene, state.measure, person, state.time);
  const shade = colour(value, state.measure, state.theme);
  context.globalAlpha = 1;
  context.fillStyle = ink.surface;
  outline(context, scene, person, x, y, radius);
  context.fill();
  context.globalAlpha = near ? 1 : 0.3;
  context.save();
  context.clip();
  context.fillStyle = shade;
  const filled = value === null ? 0 : 2 * radius * value;
  context.fillRect(x - radius, y + radius - filled, 2 * radius, filled);
  context.restore();
  context.lineWidth = state.person === person ? 3 : 1.5;
  context.strokeStyle = state.person === person ? ink.ink : shade;
  outline(context, scene, person, x, y, radius);
  context.stroke();
  if (state.person === person || state.hovered === person) {
    context.lineWidth = 1.5;
    context.strokeStyle = ink.ink;
    outline(context, scene, person, x, y, radius + 4);
    context.stroke();
  }
  context.fillStyle = ink.ink;
  if (isNew(scene, person, Math.ceil(state.time))) {
    context.font = "bold 15px sans-serif";
    context.fillText("+", x + radius + 5, y - radius + 2);
  }
  if (scene.people.length <= MOST_LABELS || state.person === person || state.hovered === person) {
    const left = person < scene.marketing;
    context.font = `${state.person === person ? "bold " : ""}11px sans-serif`;
    context.textAlign = left ? "right" : "left";
    // A halo, or ties that run through a name would strike it out.
    context.strokeStyle = ink.surface;
    context.lineWidth = 3;
    const place = [short(scene.names[person]), x + (left ? -1 : 1) * (radius + 5), y + 4];
    context.strokeText(...place);
    context.fillText(...place);
    context.textAlign = "center";
  }
}

const short = (name) => (name.length > 14 ? `${name.slice(0, 13)}…` : name);

function draw(canvas, scene, shape, state, words) {
  const width = canvas.clientWidth;
  const ratio = window.devicePixelRatio || 1;
  const size = [Math.round(width * ratio), Math.round(shape.height * ratio)];
  if (canvas.width !== size[0] || canvas.height !== size[1]) [canvas.width, canvas.height] = size;
  const context = canvas.getContext("2d");
  const ink = INK[state.theme];
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, shape.height);
  context.textAlign = "center";
  context.globalAlpha = 1;
  context.lineWidth = 1;
  context.strokeStyle = ink.inner;
  context.globalAlpha = state.person < 0 ? 1 : 0.4;
  context.beginPath();
  for (const [a, b] of scene.inner) {
    context.moveTo(shape.x[a], shape.y[a]);
    context.lineTo(shape.x[b], shape.y[b]);
  }
  context.stroke();
  scene.ties.forEach((_, tie) => drawTie(context, scene, shape, tie, state, ink));
  scene.ties.forEach((_, tie) => drawClash(context, scene, shape, tie, state, ink));
  scene.people.forEach((_, person) => drawPerson(context, scene, shape, person, state, ink));
  context.globalAlpha = 1;
  context.fillStyle = ink.ink;
  context.font = "bold 13px sans-serif";
  context.textAlign = "left";
  context.fillText(words.marketing, 8, 14);
  context.textAlign = "right";
  context.fillText(words.sales, width - 8, 14);
}
