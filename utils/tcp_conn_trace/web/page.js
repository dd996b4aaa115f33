// SPDX-License-Identifier: GPL-2.0-only
//
// The controls of the page: which connections and segments are shown, zoom, time, details.

"use strict";

const LISTED = 500; // connections in the list at once
const FIRST = 3; // connections that are shown at first
const FOOT = 48; // room below the head and beside the ladders
const TALLEST = 15e6; // pixels; browsers have no taller elements

const byId = (id) => document.getElementById(id);

function make(name, text, className) {
  const element = document.createElement(name);
  if (text !== undefined) {
    element.textContent = text;
  }
  if (className) {
    element.className = className;
  }
  return element;
}

class Page {
  constructor(data) {
    this.data = data;
    this.drawing = new Drawing(byId("canvas"), data);
    this.chosen = new Set(data.pictures.slice(0, FIRST).map((_, number) => number));
    this.flags = new Set();
    this.fates = new Set();
    this.again = false;
    this.zoom = 1;
    this.mark = null;
    this.kept = false;
    this.columns = [];
    this.fillLists();
    this.listen();
    this.lay();
    this.readHash();
  }

  // Lists -------------------------------------------------------------------------------------

  fillLists() {
    const flags = new Map();
    const fates = new Map();
    const count = (map, key) => map.set(key, (map.get(key) || 0) + 1);
    for (const picture of this.data.pictures) {
      for (const flight of picture.flights) {
        (flight.flags.length ? flight.flags : ["none"]).forEach((flag) => count(flags, flag));
        count(fates, flight.fate);
      }
    }
    this.fillBoxes(byId("flags"), [...this.data.flags, "none"], flags, this.flags);
    this.fillBoxes(byId("fates"), ["arrived", "lost", "dropped", "under way"], fates, this.fates);
    this.listConnections();
    for (const [state, colour] of Object.entries(this.data.colours)) {
      const item = make("li");
      const swatch = make("span", "", "swatch");
      swatch.style.background = colour;
      item.append(swatch, state);
      byId("states").append(item);
    }
    for (const [kind, colour] of Object.entries(this.data.timerColours)) {
      const item = make("li");
      const stroke = make("span", "", "stroke");
      stroke.style.borderColor = colour;
      item.append(stroke, kind === "timeout" ? "one that ended the connection" : kind);
      byId("timers").append(item);
    }
  }

  // Check boxes for those of the names that there are, all of them checked.
  fillBoxes(list, names, counts, checked) {
    for (const name of names.filter((each) => counts.has(each))) {
      checked.add(name);
      const box = this.box(true, (on) => {
        checked[on ? "add" : "delete"](name);
        this.lay();
      });
      box.dataset.name = name;
      const label = make("label");
      label.append(box, name, make("span", "(" + counts.get(name) + ")", "count"));
      const item = make("li");
      item.append(label);
      list.append(item);
    }
  }

  box(on, changed) {
    const box = make("input");
    box.type = "checkbox";
    box.checked = on;
    box.addEventListener("change", () => changed(box.checked));
    return box;
  }

  isListed(picture) {
    const text = byId("search").value.trim();
    const names = [...picture.connections, ...picture.hosts.map((host) => host.address)];
    return !text || names.some((name) => name.includes(text));
  }

  listed() {
    const numbers = [...this.data.pictures.keys()];
    return numbers.filter((number) => this.isListed(this.data.pictures[number]));
  }

  listConnections() {
    const list = byId("connections");
    list.replaceChildren();
    const numbers = this.listed();
    for (const number of numbers.slice(0, LISTED)) {
      const picture = this.data.pictures[number];
      const box = this.box(this.chosen.has(number), (on) => {
        this.chosen[on ? "add" : "delete"](number);
        this.lay();
      });
      box.dataset.name = picture.name;
      const label = make("label");
      const text = make("span", picture.name);
      text.append(make("small", picture.hosts.map((host) => host.address).join(" - ")));
      label.append(box, text, make("span", "(" + picture.flights.length + ")", "count"));
      const item = make("li");
      item.append(label);
      list.append(item);
    }
    if (numbers.length > LISTED) {
      list.append(make("li", "... and " + (numbers.length - LISTED) + " more"));
    }
  }

  // Layout ------------------------------------------------------------------------------------

  isShown(flight) {
    return (
      this.fates.has(flight.fate) &&
      (flight.flags.length ? flight.flags : ["none"]).some((flag) => this.flags.has(flag)) &&
      (flight.again || !this.again)
    );
  }

  // What is shown has changed; the time in the middle stays there, but at the top the top.
  lay() {
    const middle = this.scale && byId("scroller").scrollTop > 0 ? this.timeInMiddle() : null;
    const numbers = [...this.chosen].sort((a, b) => a - b);
    this.columns = numbers.map((number) => {
      const picture = this.data.pictures[number];
      return new Column(picture, picture.flights.map((flight) => this.isShown(flight)));
    });
    this.scale = new Scale(this.columns, byId("linear").checked);
    this.columns.forEach((column, i) => column.lay(this.scale, this.scale.places[i]));
    const count = this.columns.reduce((sum, column) => sum + column.ways.length, 0);
    const words = (n, name) => n + " " + name + (n === 1 ? "" : "s");
    const connections = words(this.columns.length, "connection");
    byId("shown").textContent = words(count, "segment") + " of " + connections;
    this.hideDetails();
    this.resize();
    if (middle !== null) {
      this.putInMiddle(middle);
    }
  }

  resize() {
    const scroller = byId("scroller");
    const canvas = byId("canvas");
    const ratio = window.devicePixelRatio || 1;
    const width = scroller.clientWidth;
    const height = scroller.clientHeight;
    this.zoom = Math.min(this.zoom, TALLEST / Math.max(1, this.scale.height));
    const size = byId("spacer").style;
    size.width = Math.max(width, TIME + this.columns.length * (COLUMN + GAP)) + "px";
    size.height = Math.max(height, HEAD + FOOT + this.scale.height * this.zoom) + "px";
    const isNew = [width * ratio, height * ratio].some(
      (wanted, i) => Math.round(wanted) !== [canvas.width, canvas.height][i],
    );
    if (isNew) {
      canvas.width = Math.round(width * ratio);
      canvas.height = Math.round(height * ratio);
      canvas.style.width = width + "px";
      canvas.style.height = height + "px";
    }
    const percent = this.zoom * 100;
    byId("zoom").textContent = (percent < 10 ? percent.toPrecision(2) : Math.round(percent)) + " %";
    this.redraw();
  }

  redraw() {
    if (!this.frame) {
      this.frame = requestAnimationFrame(() => {
        this.frame = 0;
        this.drawNow();
      });
    }
  }

  drawNow() {
    const scroller = byId("scroller");
    this.drawing.draw({
      columns: this.columns,
      scale: this.scale,
      zoom: this.zoom,
      left: scroller.scrollLeft,
      top: scroller.scrollTop,
      width: scroller.clientWidth,
      height: scroller.clientHeight,
      mark: this.mark,
    });
  }

  // Zoom and time -------------------------------------------------------------------------------

  // Zooms so that what stands at y of the canvas stays there.
  zoomTo(zoom, y) {
    const scroller = byId("scroller");
    const offset = (y === undefined ? scroller.clientHeight / 2 : y) - HEAD - PAD;
    const place = (scroller.scrollTop + offset) / this.zoom;
    this.zoom = Math.min(Math.max(zoom, 0.001), 1000);
    this.resize();
    scroller.scrollTop = place * this.zoom - offset;
    this.hideDetails();
    this.redraw();
  }

  fit() {
    const room = byId("scroller").clientHeight - HEAD - FOOT;
    this.zoomTo(room / Math.max(1, this.scale.height), 0);
    byId("scroller").scrollTop = 0;
  }

  timeInMiddle() {
    const scroller = byId("scroller");
    const place = scroller.scrollTop + (scroller.clientHeight - HEAD) / 2;
    return this.scale.timeAt(place / this.zoom);
  }

  putInMiddle(time) {
    const scroller = byId("scroller");
    const room = (scroller.clientHeight - HEAD) / 2;
    scroller.scrollTop = this.scale.at(time) * this.zoom - room;
    this.redraw();
  }

  jump(time) {
    this.mark = time;
    this.putInMiddle(time);
  }

  // The next segment that did not arrive, up or down from the mark.
  toLoss(step) {
    const times = [];
    for (const column of this.columns) {
      for (const way of column.ways) {
        if (way.flight.fate === "lost" || way.flight.fate === "dropped") {
          times.push(way.flight.sent === null ? way.flight.arrived : way.flight.sent);
        }
      }
    }
    times.sort((a, b) => step * (a - b));
    const from = this.mark === null ? -Infinity * step : this.mark;
    const next = times.find((time) => step * (time - from) > 0);
    if (next !== undefined) {
      this.jump(next);
    }
  }

  // Details -------------------------------------------------------------------------------------

  point(event) {
    const box = byId("canvas").getBoundingClientRect();
    return this.drawing.find(event.clientX - box.left, event.clientY - box.top);
  }

  showDetails(found, x, y) {
    const details = byId("details");
    this.drawing.chosen = found && found.way ? found.way : null;
    this.redraw();
    details.hidden = !found;
    if (!found) {
      return;
    }
    const [title, rows] = found.way
      ? this.wordsOfFlight(found.way.flight)
      : found.state
        ? this.wordsOfState(found.state)
        : this.wordsOfTimer(found.timer);
    const table = make("table");
    for (const [name, value] of rows) {
      const row = make("tr");
      row.append(make("td", name), make("td", value));
      table.append(row);
    }
    details.replaceChildren(make("b", title), table);
    const place = details.getBoundingClientRect();
    details.style.left = Math.max(0, Math.min(x + 14, innerWidth - place.width - 8)) + "px";
    details.style.top = Math.max(0, Math.min(y + 14, innerHeight - place.height - 8)) + "px";
  }

  hideDetails() {
    this.kept = false;
    byId("details").className = "";
    this.showDetails(null);
  }

  wordsOfFlight(flight) {
    const rows = [];
    const when = (time) => (time === null ? "not in the trace" : seconds(time, 9) + " s");
    rows.push(["sent", when(flight.sent)]);
    rows.push(["arrived", flight.fate === "lost" ? "never" : when(flight.arrived)]);
    if (flight.sent !== null && flight.arrived !== null) {
      rows.push(["on its way", seconds(flight.arrived - flight.sent, 9) + " s"]);
    }
    if (flight.fate !== "arrived") {
      rows.push(["fate", flight.fate + (flight.reason ? ": " + flight.reason : "")]);
    }
    if (flight.again) {
      rows.push(["", "a retransmission"]);
    }
    rows.push(...flight.facts, ["line", String(flight.line)]);
    return [flight.label, rows];
  }

  wordsOfState(state) {
    const rows = [
      ["from", seconds(state.from, 9) + " s"],
      ["to", seconds(state.to, 9) + " s"],
      ["for", seconds(state.to - state.from, 9) + " s"],
    ];
    if (state.cause) {
      rows.push(["entered by", state.cause], ["connection", String(state.connection)]);
    }
    return [state.state, rows];
  }

  wordsOfTimer(timer) {
    return [
      timer.kind + " timer (derived)",
      [
        ["from", seconds(timer.from, 9) + " s"],
        ["to", seconds(timer.to, 9) + " s"],
        ["", timer.note],
      ],
    ];
  }

  // Events --------------------------------------------------------------------------------------

  listen() {
    const scroller = byId("scroller");
    const click = (id, act) => byId(id).addEventListener("click", act);
    click("in", () => this.zoomTo(this.zoom * 1.5));
    click("out", () => this.zoomTo(this.zoom / 1.5));
    click("whole", () => this.fit());
    click("previous", () => this.toLoss(-1));
    click("next", () => this.toLoss(1));
    click("all", () => this.choose(this.listed()));
    click("none", () => this.choose([]));
    byId("linear").addEventListener("change", () => this.lay());
    byId("again").addEventListener("change", (event) => {
      this.again = event.target.checked;
      this.lay();
    });
    byId("search").addEventListener("input", () => this.listConnections());
    byId("jump").addEventListener("submit", (event) => {
      event.preventDefault();
      const text = byId("time").value.trim().replace(",", ".");
      const good = /^\d+(\.\d*)?$/.test(text);
      byId("time").className = good ? "" : "bad";
      if (good) {
        this.jump(Math.round(Number(text) * 1e9));
      }
    });
    scroller.addEventListener("scroll", () => {
      this.hideDetails();
      this.redraw();
    });
    scroller.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    scroller.addEventListener("mousemove", (event) => {
      if (!this.kept) {
        this.showDetails(this.point(event), event.clientX, event.clientY);
      }
    });
    scroller.addEventListener("mouseleave", () => this.kept || this.hideDetails());
    scroller.addEventListener("click", (event) => this.keep(event));
    document.addEventListener("keydown", (event) => this.key(event));
    window.addEventListener("resize", () => this.resize());
    window.addEventListener("hashchange", () => this.readHash());
  }

  choose(numbers) {
    this.chosen = new Set(numbers);
    this.listConnections();
    this.lay();
  }

  wheel(event) {
    if (event.ctrlKey) {
      event.preventDefault();
      const box = byId("canvas").getBoundingClientRect();
      this.zoomTo(this.zoom * Math.exp(-event.deltaY / 400), event.clientY - box.top);
    }
  }

  keep(event) {
    const found = this.point(event);
    this.kept = found !== null;
    this.showDetails(found, event.clientX, event.clientY);
    byId("details").className = this.kept ? "kept" : "";
  }

  key(event) {
    const isText = event.target.matches("input[type=text], input[type=search]");
    if (isText || event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    const acts = {
      "+": () => this.zoomTo(this.zoom * 1.5),
      "-": () => this.zoomTo(this.zoom / 1.5),
      0: () => this.fit(),
      n: () => this.toLoss(1),
      p: () => this.toLoss(-1),
      Escape: () => this.hideDetails(),
    };
    if (acts[event.key]) {
      acts[event.key]();
      event.preventDefault();
    }
  }

  // #conn=0:1,0:2&t=1.06&zoom=2: what a link to the page can ask for.
  readHash() {
    const wishes = new URLSearchParams(location.hash.slice(1));
    if (wishes.has("conn")) {
      const names = wishes.get("conn").split(",");
      const numbers = [...this.data.pictures.keys()];
      const has = (number) => this.data.pictures[number].connections.some((c) => names.includes(c));
      this.choose(numbers.filter(has));
    }
    if (Number(wishes.get("zoom")) > 0) {
      this.zoomTo(Number(wishes.get("zoom")));
    }
    if (wishes.has("t")) {
      this.jump(Math.round(Number(wishes.get("t")) * 1e9) || 0);
    }
  }
}

const ladderPage = new Page(JSON.parse(byId("data").textContent));
