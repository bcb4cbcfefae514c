// A company's weeks as they come from the server, as bytes, and what can be read off them at any moment. Layout of the
// bytes: app/studio/views/network/picture.py. First part of the module; see widget.py.

const PERSON_FRAMES = ["regard", "backlog", "arrived"];
const TIE_FRAMES = ["trust", "friction", "contact_hours", "escalated"];
const OF_PEOPLE = ["regard", "backlog"];
const NEW_FOR_WEEKS = 4;
const FADE_WEEKS = 4;

function unpack(picture) {
  const view = picture.frames;
  const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
  let offset = 0;
  return picture.scenes.map((scene) => {
    const frames = scene.weeks + 1;
    const take = (width) => {
      const part = bytes.subarray(offset, offset + frames * width);
      offset += frames * width;
      return part;
    };
    const found = { ...scene, of: {} };
    for (const name of PERSON_FRAMES) found.of[name] = take(scene.people.length);
    for (const name of TIE_FRAMES) found.of[name] = take(scene.ties.length);
    found.of.teams = take(1);
    found.tiesOf = scene.people.map(() => []);
    scene.ties.forEach(([a, b], tie) => {
      found.tiesOf[a].push(tie);
      found.tiesOf[b].push(tie);
    });
    return found;
  });
}

// The value of a person or tie at a time between two weeks, 0 to 1.
function at(scene, name, width, index, time) {
  const values = scene.of[name];
  const week = Math.floor(time);
  const now = values[week * width + index];
  if (week >= scene.weeks || week === time) return now / 255;
  return (now + (time - week) * (values[(week + 1) * width + index] - now)) / 255;
}

const tieAt = (scene, name, tie, time) => at(scene, name, scene.ties.length, tie, time);
const dormant = (scene, tie, time) => scene.team[tie] === 1 && scene.of.teams[Math.ceil(time)] === 0;

// Of people, a measure of ties is the mean over those in use.
function personAt(scene, name, person, time) {
  if (OF_PEOPLE.includes(name)) return at(scene, name, scene.people.length, person, time);
  const used = scene.tiesOf[person].filter((tie) => !dormant(scene, tie, time));
  if (!used.length) return null;
  return used.reduce((sum, tie) => sum + tieAt(scene, name, tie, time), 0) / used.length;
}

// How present an escalation is: it comes up in its week and fades over the next ones, while time runs; whoever stops to
// look sees those of the week only. Returns the strength, 0 to 1, and how many weeks ago it was.
function clash(scene, tie, time) {
  const week = Math.ceil(time);
  const past = week === time ? 0 : FADE_WEEKS;
  for (let then = week; then >= Math.max(1, week - past); then -= 1) {
    if (scene.of.escalated[then * scene.ties.length + tie]) {
      const age = past ? time - (then - 1) : 0;
      return [Math.max(0, 1 - age / (FADE_WEEKS + 1)), age];
    }
  }
  return [0, 0];
}

function isNew(scene, person, week) {
  for (let past = Math.max(1, week - NEW_FOR_WEEKS); past <= week; past += 1) {
    if (scene.of.arrived[past * scene.people.length + person]) return true;
  }
  return false;
}
