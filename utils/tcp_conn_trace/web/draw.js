// SPDX-License-Identifier: GPL-2.0-only
//
// Draws the part of the ladders that is in sight, and tells what is under the mouse.

"use strict";

const TIME = 92; // width of the time axis
const NAMES = 92;
const BAR = 9;
const TIMERS = 7;
const MIDDLE = 320;
const COLUMN = 2 * (NAMES + BAR + TIMERS) + MIDDLE;
const GAP = 24;
const HEAD = 66;
const PAD = 14; // above the first moment
const FONT = "11px sans-serif";
const SMALL = "10px sans-serif";

function seconds(nanoseconds, decimals) {
  const whole = Math.floor(nanoseconds / 1e9);
  const rest = String(nanoseconds - whole * 1e9).padStart(9, "0");
  return whole + "." + rest.slice(0, decimals === undefined ? 6 : decimals);
}

// One conversation with the places of what is shown of it.
class Column {
  constructor(picture, shown) {
    this.picture = picture;
    this.shown = shown;
    this.pointOf = [new Map(), new Map()];
    picture.points.forEach((point, place) => {
      if (point.flight !== undefined) {
        this.pointOf[point.side].set(point.flight, place);
      }
    });
  }

  // To be called when the scale has given the places of the points.
  lay(scale, places) {
    this.ways = [];
    this.picture.flights.forEach((flight, number) => {
      if (this.shown[number]) {
        this.ways.push(this.way(flight, number, places));
      }
    });
    this.states = this.picture.states.map((states) => {
      const tops = states.map((state) => {
        const at = state.point === null ? NaN : places[state.point];
        return Number.isNaN(at) ? scale.at(state.from) : at;
      });
      const end = scale.at(this.picture.to) + ROW;
      return states.map((state, i) => ({
        state,
        top: tops[i],
        bottom: Math.max(tops[i], i + 1 < tops.length ? tops[i + 1] : end),
      }));
    });
    this.timers = this.picture.timers.map((timer) => ({
      timer,
      top: scale.at(timer.from),
      bottom: scale.at(timer.to),
    }));
    this.causes = [];
    this.picture.points.forEach((point, place) => {
      if (point.cause !== undefined) {
        this.causes.push({ point, top: places[place] });
      }
    });
    this.top = scale.at(this.picture.from);
    this.bottom = scale.at(this.picture.to) + ROW;
  }

  way(flight, number, places) {
    const begin = this.pointOf[flight.side].get(number);
    const end = this.pointOf[1 - flight.side].get(number);
    let from = begin === undefined ? null : places[begin];
    let to = end === undefined ? null : places[end];
    let middle = false;
    if (to === null) {
      to = from + 0.8 * ROW;
    }
    if (from === null) {
      from = flight.open ? to : to - 0.4 * ROW;
      // Nobody of the trace sent it: it comes out of the middle.
      middle = !flight.open;
    }
    return { flight, from, to, middle };
  }
}

class Drawing {
  constructor(canvas, data) {
    this.canvas = canvas;
    this.pen = canvas.getContext("2d");
    this.data = data;
    this.drawn = 0;
  }

  // view: {columns, scale, zoom, left, top, width, height, mark: time or null}
  draw(view) {
    const pen = this.pen;
    this.view = view;
    this.drawn = 0;
    const ratio = window.devicePixelRatio || 1;
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.fillStyle = "#fff";
    pen.fillRect(0, 0, view.width, view.height);
    pen.save();
    pen.beginPath();
    pen.rect(TIME, HEAD, view.width - TIME, view.height - HEAD);
    pen.clip();
    view.columns.forEach((column, number) => {
      const x = this.columnX(number);
      if (x < view.width && x + COLUMN > TIME) {
        this.drawColumn(column, x);
      }
    });
    pen.restore();
    this.drawAxis();
    this.drawHeads();
  }

  columnX(number) {
    return TIME + number * (COLUMN + GAP) - this.view.left;
  }

  y(place) {
    return HEAD + PAD + place * this.view.zoom - this.view.top;
  }

  isInSight(top, bottom) {
    return bottom >= HEAD - 20 && top <= this.view.height + 20;
  }

  lives(x) {
    return [x + NAMES + BAR + TIMERS, x + NAMES + BAR + TIMERS + MIDDLE];
  }

  bars(x) {
    return [x + NAMES, x + NAMES + BAR + 2 * TIMERS + MIDDLE];
  }

  line(x1, y1, x2, y2) {
    this.pen.beginPath();
    this.pen.moveTo(x1, y1);
    this.pen.lineTo(x2, y2);
    this.pen.stroke();
  }

  drawColumn(column, x) {
    const pen = this.pen;
    const lives = this.lives(x);
    this.drawGrid(lives);
    pen.strokeStyle = "#888";
    pen.lineWidth = 1;
    const top = Math.max(HEAD, this.y(column.top));
    const bottom = Math.min(this.view.height, this.y(column.bottom));
    for (const life of lives) {
      if (bottom > top) {
        this.line(life, top, life, bottom);
      }
    }
    for (const side of [0, 1]) {
      this.drawStates(column.states[side], side, this.bars(x)[side]);
    }
    this.drawTimers(column, lives);
    this.drawCauses(column, lives);
    this.drawFlights(column.ways, lives);
  }

  // True to time: places at round times, not closer than some pixels.
  roundTimes(distance) {
    const { scale, zoom, top, height } = this.view;
    const first = scale.times.length ? scale.times[0] : 0;
    const perPixel = 1 / (scale.perNano * zoom);
    const power = 10 ** Math.ceil(Math.log10(Math.max(1, distance * perPixel)));
    const step = [power / 5, power / 2, power].find((each) => each >= distance * perPixel) || power;
    const result = [];
    const begin = first + Math.max(0, top - PAD) * perPixel;
    for (let time = Math.ceil(begin / step) * step; ; time += step) {
      const y = this.y((time - first) * scale.perNano);
      if (y > height || result.length > 1000) {
        return result;
      }
      result.push([y, Math.round(time)]);
    }
  }

  // The moments in sight, not closer than some pixels.
  moments(distance) {
    const { scale, zoom, top, height } = this.view;
    if (scale.linear) {
      return this.roundTimes(36);
    }
    const result = [];
    let last = -Infinity;
    const first = Math.max(0, Scale.find(scale.tops, (top - 40) / zoom));
    for (let i = first; i < scale.tops.length; i++) {
      const y = this.y(scale.tops[i]);
      if (y > height) {
        break;
      }
      if (y - last >= distance && y >= HEAD) {
        result.push([y, scale.times[i]]);
        last = y;
      }
    }
    return result;
  }

  drawGrid(lives) {
    this.pen.strokeStyle = "#eee";
    this.pen.lineWidth = 1;
    for (const [y] of this.moments(6)) {
      this.line(lives[0], y, lives[1], y);
    }
  }

  drawStates(states, side, x) {
    const pen = this.pen;
    let written = -Infinity;
    pen.font = FONT;
    pen.textAlign = side ? "left" : "right";
    for (const { state, top, bottom } of states) {
      const y1 = this.y(top);
      const y2 = this.y(bottom);
      if (!this.isInSight(y1, y2)) {
        continue;
      }
      pen.fillStyle = this.data.colours[state.state];
      const from = Math.max(HEAD, y1);
      pen.fillRect(x, from, BAR, Math.max(1, Math.min(this.view.height, y2) - from));
      // The name of a state that began above stays in sight.
      const name = Math.max(y1, HEAD + 6);
      if ((name < y2 || y1 === y2) && name - written >= 11 - 1e-6) {
        pen.fillStyle = "#222";
        pen.fillText(state.state, side ? x + BAR + 4 : x - 4, name + 4);
        written = name;
      } else if (y1 >= HEAD && name < y2 && written + 11 < y2) {
        pen.fillStyle = "#222";
        written += 11;
        pen.fillText(state.state, side ? x + BAR + 4 : x - 4, written + 4);
      }
    }
  }

  timerX(timer, lives) {
    return lives[timer.side] + (timer.side ? TIMERS / 2 : -TIMERS / 2);
  }

  drawTimers(column, lives) {
    const pen = this.pen;
    for (const { timer, top, bottom } of column.timers) {
      const y1 = this.y(top);
      const y2 = this.y(bottom);
      if (!this.isInSight(y1, y2)) {
        continue;
      }
      const x = this.timerX(timer, lives);
      pen.strokeStyle = this.data.timerColours[timer.kind];
      pen.setLineDash([2, 2]);
      this.line(x, Math.max(y1, HEAD - 4), x, Math.min(y2, this.view.height + 4));
      pen.setLineDash([]);
      this.line(x - 2.5, y1, x + 2.5, y1);
      this.line(x - 2.5, y2, x + 2.5, y2);
    }
  }

  drawCauses(column, lives) {
    const pen = this.pen;
    pen.font = SMALL;
    pen.fillStyle = "#555";
    for (const { point, top } of column.causes) {
      const y = this.y(top);
      if (this.isInSight(y, y)) {
        pen.textAlign = point.side ? "right" : "left";
        pen.fillText("(" + point.cause + ")", lives[point.side] + (point.side ? -6 : 6), y + 3);
      }
    }
  }

  // Where an arrow begins and ends on the canvas.
  ends(way, lives) {
    const side = way.flight.side;
    const x1 = way.middle ? (lives[0] + lives[1]) / 2 : lives[side];
    return [x1, this.y(way.from), lives[1 - side], this.y(way.to)];
  }

  // Those that did not arrive come last, to be seen where arrows stand close together.
  drawFlights(ways, lives) {
    const inSight = [];
    for (const way of ways) {
      const ends = this.ends(way, lives);
      if (this.isInSight(Math.min(ends[1], ends[3]), Math.max(ends[1], ends[3]))) {
        inSight.push([way, ends]);
      }
    }
    this.drawn += inSight.length;
    const distance = this.view.height / Math.max(1, inSight.length);
    const isLast = ([way]) => way.flight.fate !== "arrived" || way === this.chosen;
    this.pen.globalAlpha = Math.min(1, Math.max(0.1, distance / 3));
    for (const [way, ends] of inSight.filter((each) => !isLast(each))) {
      this.drawFlight(way, ends);
    }
    this.pen.globalAlpha = 1;
    for (const [way, ends] of inSight.filter(isLast)) {
      this.drawFlight(way, ends);
    }
    const last = [-Infinity, -Infinity];
    for (const [way, ends] of inSight) {
      const side = way.flight.side;
      if (ends[1] - last[side] >= 10) {
        this.label(way.flight, ...ends);
      }
      last[side] = ends[1];
    }
  }

  drawFlight(way, [x1, y1, x2, y2]) {
    const { flight } = way;
    const pen = this.pen;
    const lost = flight.fate === "lost" || (flight.fate === "dropped" && flight.arrived === null);
    const short = lost || flight.fate === "under way";
    const tip = short ? 0.62 : 1;
    const at = (part) => [x1 + part * (x2 - x1), y1 + part * (y2 - y1)];
    const again = flight.again && flight.fate === "arrived";
    pen.strokeStyle = pen.fillStyle = again ? this.data.again : this.data.ink[flight.fate];
    pen.lineWidth = way === this.chosen ? 2.6 : 1.3;
    if (flight.fate === "under way" || way.middle) {
      pen.setLineDash([3, 3]);
    }
    if (lost) {
      // Broken: the last piece stands by itself.
      this.line(x1, y1, ...at(0.52));
      this.line(...at(0.56), ...at(tip));
    } else {
      this.line(x1, y1, ...at(tip));
    }
    pen.setLineDash([]);
    if (lost || flight.fate === "dropped") {
      this.cross(...at(tip));
    } else {
      this.head(x1, y1, ...at(tip));
    }
  }

  cross(x, y) {
    this.pen.lineWidth = 1.6;
    this.line(x - 4, y - 4, x + 4, y + 4);
    this.line(x - 4, y + 4, x + 4, y - 4);
  }

  head(x1, y1, x, y) {
    const angle = Math.atan2(y - y1, x - x1);
    this.pen.beginPath();
    this.pen.moveTo(x, y);
    for (const turn of [0.35, -0.35]) {
      this.pen.lineTo(x - 8 * Math.cos(angle + turn), y - 8 * Math.sin(angle + turn));
    }
    this.pen.fill();
  }

  // Near the sender, where arrows that cross are apart.
  label(flight, x1, y1, x2, y2) {
    const pen = this.pen;
    const right = x2 > x1;
    let angle = Math.atan2(y2 - y1, x2 - x1);
    if (!right) {
      angle -= angle > 0 ? Math.PI : -Math.PI;
    }
    const at = right ? 12 : -12;
    pen.save();
    pen.translate(x1 + at, y1 + (at * (y2 - y1)) / (x2 - x1) - 3);
    pen.rotate(angle);
    pen.font = FONT;
    pen.fillStyle = "#222";
    pen.textAlign = right ? "left" : "right";
    pen.fillText(flight.label + (flight.again ? " (again)" : ""), 0, 0, MIDDLE - 20);
    pen.restore();
  }

  drawAxis() {
    const pen = this.pen;
    const { view } = this;
    pen.fillStyle = "#fafafa";
    pen.fillRect(0, HEAD, TIME, view.height);
    pen.font = SMALL;
    pen.textAlign = "right";
    pen.fillStyle = "#555";
    for (const [y, time] of this.moments(12)) {
      pen.fillText(seconds(time), TIME - 8, y + 3);
    }
    if (view.mark !== null) {
      const y = this.y(view.scale.at(view.mark));
      if (y >= HEAD) {
        pen.strokeStyle = "#0a58ca";
        pen.lineWidth = 1;
        this.line(0, y, view.width, y);
      }
    }
  }

  drawHeads() {
    const pen = this.pen;
    const { view } = this;
    pen.fillStyle = "#f3f4f6";
    pen.fillRect(0, 0, view.width, HEAD);
    view.columns.forEach((column, number) => {
      const x = this.columnX(number);
      if (x >= view.width || x + COLUMN <= TIME) {
        return;
      }
      column.picture.hosts.forEach((host, side) => {
        const at = side ? x + COLUMN : x;
        pen.textAlign = side ? "right" : "left";
        pen.fillStyle = "#222";
        pen.font = "bold 12px sans-serif";
        pen.fillText(host.address, at, 18);
        pen.font = SMALL;
        pen.fillStyle = "#555";
        host.words.forEach((words, i) => pen.fillText(words, at, 34 + 14 * i));
      });
    });
    pen.fillStyle = "#f3f4f6";
    pen.fillRect(0, 0, TIME, HEAD);
    pen.fillStyle = "#555";
    pen.font = SMALL;
    pen.textAlign = "right";
    pen.fillText("time, s", TIME - 8, HEAD - 8);
    pen.strokeStyle = "#ccc";
    pen.lineWidth = 1;
    this.line(0, HEAD - 0.5, view.width, HEAD - 0.5);
  }

  // What is at a place of the canvas: {way}, {state} or {timer}; null: nothing.
  find(x, y) {
    if (!this.view || x < TIME || y < HEAD) {
      return null;
    }
    for (let number = 0; number < this.view.columns.length; number++) {
      const left = this.columnX(number);
      if (x >= left && x <= left + COLUMN) {
        return this.findIn(this.view.columns[number], left, x, y);
      }
    }
    return null;
  }

  findIn(column, left, x, y) {
    const lives = this.lives(left);
    for (const side of [0, 1]) {
      const bar = this.bars(left)[side];
      if (side ? x >= bar : x <= bar + BAR) {
        return column.states[side].find((s) => y >= this.y(s.top) && y < this.y(s.bottom)) || null;
      }
    }
    if (x < lives[0] || x > lives[1]) {
      const side = x < lives[0] ? 0 : 1;
      const isHere = (t) =>
        t.timer.side === side && y >= this.y(t.top) - 3 && y <= this.y(t.bottom) + 3;
      return column.timers.find(isHere) || null;
    }
    let best = null;
    let nearest = 7;
    for (const way of column.ways) {
      const [x1, y1, x2, y2] = this.ends(way, lives);
      const part = (x - x1) / (x2 - x1);
      if (part < 0 || part > 1) {
        continue;
      }
      const away = Math.abs(y1 + part * (y2 - y1) - y);
      if (away < nearest) {
        nearest = away;
        best = { way };
      }
    }
    return best;
  }
}
