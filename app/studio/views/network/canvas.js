// The network of one company, animated, with its controls and its table twin. All weeks of all settings come once; from
// then on the server is only told who was chosen and which setting is shown. Last part of the module; see widget.py.

const MEASURES = ["regard", "trust", "friction", "backlog"];
const WEEKS_PER_SECOND = 4;
const WEEKS_PER_SECOND_STILL = 1.5; // where motion is unwelcome, week by week without anything in between

function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

const filledIn = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);

function sample(kind) {
  const marks = {
    marketing: '<circle cx="8" cy="8" r="6" fill="none" stroke="currentColor" stroke-width="2"/>',
    sales: '<rect x="2" y="2" width="12" height="12" fill="none" stroke="currentColor" stroke-width="2"/>',
    dormant: '<path d="M0 8H28" stroke="currentColor" stroke-width="1.5" stroke-dasharray="3 4"/>',
    contact: '<path d="M0 4H28" stroke="currentColor" stroke-width="1"/><path d="M0 11H28" stroke="currentColor" stroke-width="4"/>',
    clash: '<path d="M10 0L3 9H7L5 16L13 7H9Z" fill="currentColor"/>',
    new: '<path d="M2 8H14M8 2V14" stroke="currentColor" stroke-width="2"/>',
  };
  const wide = kind === "dormant" || kind === "contact";
  const holder = element("span");
  holder.innerHTML = `<svg aria-hidden="true" width="${wide ? 28 : 16}" height="16">${marks[kind]}</svg>`;
  return holder;
}

function render({ model, el }) {
  const still = window.matchMedia("(prefers-reduced-motion: reduce)");
  const words = () => model.get("words");
  let scenes = unpack(model.get("picture"));
  let shape = null;
  let request = 0;
  let last = 0;
  const state = { time: scenes[model.get("setting")].weeks, playing: false, measure: "friction", person: -1, hovered: -1, friends: new Set() };

  const root = element("div", { class: "hs-network", role: "group" });
  const play = element("button", { type: "button", class: "play" });
  const slider = element("input", { type: "range", min: 0, step: 1 });
  const shown = element("output");
  const settings = element("fieldset");
  const measure = element("select", { class: "measure" });
  const person = element("select", { class: "person" });
  const canvas = element("canvas", { role: "img" });
  const key = element("div", { class: "key" });
  const table = element("table");
  const details = element("details");
  const live = element("p", { class: "unseen", role: "status" });

  const scene = () => scenes[model.get("setting")];
  const whole = () => Math.round(state.time);
  const number = (value, digits) =>
    new Intl.NumberFormat(words().language, { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value);

  function said(name, value) {
    if (value === null) return "–";
    return name === "backlog" ? number(value * scene().scales.backlog, 1) : number(value, 2);
  }

  // Who there is most friction with, among ties in use.
  function foe(who) {
    const here = scene();
    const used = here.tiesOf[who].filter((tie) => !dormant(here, tie, whole()));
    if (!used.length) return null;
    const worst = used.reduce((a, b) =>
      tieAt(here, "friction", b, whole()) > tieAt(here, "friction", a, whole()) ? b : a,
    );
    const [a, b] = here.ties[worst];
    return [here.names[a === who ? b : a], tieAt(here, "friction", worst, whole())];
  }

  function escalations() {
    const here = scene();
    const begin = whole() * here.ties.length;
    return here.of.escalated.subarray(begin, begin + here.ties.length).filter(Boolean).length;
  }

  function summary() {
    const here = scene();
    const mean = (name) => {
      const values = here.people.map((_, who) => personAt(here, name, who, whole())).filter((value) => value !== null);
      return said(name, values.reduce((sum, value) => sum + value, 0) / values.length);
    };
    return filledIn(words().summary, {
      week: whole(), setting: words().settings[model.get("setting")], regard: mean("regard"), trust: mean("trust"),
      friction: mean("friction"), backlog: mean("backlog"), escalations: escalations(),
    });
  }

  function fillTable() {
    const here = scene();
    const head = element("tr", {}, ...words().columns.map((name, k) =>
      element("th", k > 1 ? { scope: "col", class: "number" } : { scope: "col" }, name)));
    const rows = here.people.map((id, who) => {
      const worst = foe(who);
      const cells = [
        element("th", { scope: "row" }, here.names[who]),
        element("td", {}, who < here.marketing ? words().marketing : words().sales),
        ...["regard", "trust", "backlog"].map((name) =>
          element("td", { class: "number" }, said(name, personAt(here, name, who, whole())))),
        element("td", { class: "number" }, worst ? `${worst[0]}: ${number(worst[1], 2)}` : "–"),
      ];
      return element("tr", id === model.get("person") ? { "aria-current": "true" } : {}, ...cells);
    });
    table.replaceChildren(
      element("caption", {}, filledIn(words().caption, { week: whole() })),
      element("thead", {}, head),
      element("tbody", {}, ...rows),
    );
  }

  // What is written about the week that is shown; read out by screen readers only while nothing moves.
  function tell() {
    slider.value = whole();
    slider.setAttribute("aria-valuetext", filledIn(words().week_of, { week: whole(), weeks: scene().weeks }));
    shown.textContent = filledIn(words().week_of, { week: whole(), weeks: scene().weeks });
    root.dataset.week = whole();
    if (details.open) fillTable();
    if (!state.playing) {
      const text = summary();
      canvas.setAttribute("aria-label", text);
      live.textContent = text;
    }
  }

  function paint() {
    shape = geometry(scene(), canvas.clientWidth || 600);
    canvas.style.height = `${shape.height}px`;
    state.theme = model.get("dark") ? "dark" : "light";
    state.still = still.matches;
    draw(canvas, scene(), shape, state, words());
  }

  function setTime(time) {
    const before = whole();
    state.time = Math.max(0, Math.min(scene().weeks, time));
    if (whole() !== before || !state.playing) tell();
    paint();
  }

  function step(now) {
    if (!state.playing) return;
    const passed = Math.min(0.25, (now - last) / 1000);
    if (!still.matches) {
      last = now;
      setTime(state.time + passed * WEEKS_PER_SECOND);
    } else if (now - last >= 1000 / WEEKS_PER_SECOND_STILL) {
      last = now;
      setTime(whole() + 1);
    }
    if (state.time >= scene().weeks) pause();
    else request = requestAnimationFrame(step);
  }

  function label() {
    play.textContent = words()[state.playing ? "pause" : "play"];
    root.dataset.playing = state.playing;
  }

  function start() {
    if (state.time >= scene().weeks) setTime(0);
    state.playing = true;
    last = performance.now();
    label();
    request = requestAnimationFrame(step);
  }

  function pause() {
    state.playing = false;
    cancelAnimationFrame(request);
    label();
    setTime(whole());
  }

  function choose(id) {
    if (id === model.get("person")) return;
    model.set("person", id);
    model.save_changes();
  }

  function showPerson() {
    const here = scene();
    state.person = here.people.indexOf(model.get("person"));
    const ties = state.person < 0 ? [] : here.tiesOf[state.person];
    state.friends = new Set(ties.flatMap((tie) => here.ties[tie]));
    person.value = state.person < 0 ? -1 : model.get("person");
    root.dataset.person = model.get("person");
    if (details.open) fillTable();
    paint();
  }

  function fillKey() {
    const marks = ["marketing", "sales", "contact", "dormant", "clash", "new"].map((kind) => {
      const mark = sample(kind);
      mark.append(words().key[kind]);
      return mark;
    });
    const scale = element("span", { class: "scale", "aria-hidden": "true" });
    const theme = model.get("dark") ? "dark" : "light";
    const stops = [0, 0.25, 0.5, 0.75, 1].map((value) => colour(value, state.measure, theme));
    scale.style.background = `linear-gradient(90deg, ${stops.join(",")})`;
    const high = state.measure === "backlog" ? `${said("backlog", 1)} h` : number(1, 0);
    key.replaceChildren(
      element("span", {}, `${words().measures[state.measure]}: 0`, scale, high), ...marks,
    );
  }

  function fill() {
    const here = scene();
    slider.max = here.weeks;
    const option = (value, text) => element("option", { value }, text);
    person.replaceChildren(option(-1, words().nobody), ...here.people.map((id, k) => option(id, here.names[k])));
    measure.replaceChildren(...MEASURES.map((name) => option(name, words().measures[name])));
    measure.value = state.measure;
    slider.setAttribute("aria-label", words().week);
    root.setAttribute("aria-label", words().title);
    settings.replaceChildren(element("legend", { class: "unseen" }, words().setting));
    words().settings.forEach((name, k) => {
      const radio = element("input", { type: "radio", name: `hs-setting-${model.model_id ?? ""}`, value: k });
      radio.checked = k === model.get("setting");
      radio.addEventListener("change", () => {
        model.set("setting", k);
        model.save_changes();
      });
      settings.append(element("label", {}, radio, name));
    });
    bar.replaceChildren(
      play, element("span", { class: "week" }, slider, shown), settings,
      element("label", {}, words().measure, measure), element("label", {}, words().person, person),
    );
    details.replaceChildren(
      element("summary", {}, words().table),
      element("div", { class: "rows", tabindex: 0, role: "region", "aria-label": words().table }, table),
    );
    root.classList.toggle("dark", model.get("dark"));
    root.dataset.setting = model.get("setting");
    label();
    fillKey();
    setTime(Math.min(state.time, here.weeks));
    showPerson();
  }

  function personUnder(event) {
    const box = canvas.getBoundingClientRect();
    const x = event.clientX - box.left;
    const y = event.clientY - box.top;
    let best = -1;
    let nearest = Math.max(16, shape.radius + 4);
    shape.x.forEach((left, who) => {
      const away = Math.hypot(left - x, shape.y[who] - y);
      if (away < nearest) [best, nearest] = [who, away];
    });
    return best;
  }

  const bar = element("div", { class: "bar" });
  root.append(bar, canvas, key, details, live);
  el.append(root);

  play.addEventListener("click", () => (state.playing ? pause() : start()));
  slider.addEventListener("input", () => {
    if (state.playing) pause();
    setTime(Number(slider.value));
  });
  measure.addEventListener("change", () => {
    state.measure = measure.value;
    fillKey();
    paint();
  });
  person.addEventListener("change", () => choose(Number(person.value)));
  canvas.addEventListener("click", (event) => {
    const who = personUnder(event);
    choose(who < 0 ? -1 : scene().people[who]);
  });
  canvas.addEventListener("pointermove", (event) => {
    const who = personUnder(event);
    if (who === state.hovered) return;
    state.hovered = who;
    canvas.style.cursor = who < 0 ? "default" : "pointer";
    canvas.title = who < 0 ? "" : filledIn(words().hover, {
      name: scene().names[who], measure: words().measures[state.measure],
      value: said(state.measure, personAt(scene(), state.measure, who, state.time)),
    });
    if (!state.playing) paint();
  });
  details.addEventListener("toggle", () => details.open && fillTable());
  const resized = new ResizeObserver(() => paint());
  resized.observe(canvas);
  const listeners = {
    "change:picture": () => {
      scenes = unpack(model.get("picture"));
      fill();
    },
    "change:words": fill,
    "change:dark": fill,
    "change:setting": fill,
    "change:person": showPerson,
  };
  for (const [name, listener] of Object.entries(listeners)) model.on(name, listener);
  fill();
  return () => {
    pause();
    resized.disconnect();
    for (const [name, listener] of Object.entries(listeners)) model.off(name, listener);
  };
}

export default { render };
