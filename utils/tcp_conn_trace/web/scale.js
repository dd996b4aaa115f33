// SPDX-License-Identifier: GPL-2.0-only
//
// Where each moment stands, from the top down: scale.py has the same in Python.

"use strict";

const ROW = 18; // between two points of one side at the same time

class Scale {
  // columns: {picture, shown: of each flight whether it is shown}; places of what is not are NaN.
  constructor(columns, linear) {
    this.linear = linear;
    this.columns = columns;
    this.times = [];
    this.tops = [];
    this.bottoms = [];
    this.places = columns.map((column) => new Float64Array(column.picture.points.length).fill(NaN));
    this.walk(this.order());
  }

  order() {
    const order = [];
    this.columns.forEach((column, number) => {
      column.picture.points.forEach((point, place) => {
        if (point.flight === undefined || column.shown[point.flight]) {
          order.push({ time: point.time, number, place, point });
        }
      });
    });
    order.sort((a, b) => a.time - b.time || a.number - b.number || a.place - b.place);
    const gaps = [];
    for (let i = 1; i < order.length; i++) {
      if (order[i].time > order[i - 1].time) {
        gaps.push(order[i].time - order[i - 1].time);
      }
    }
    gaps.sort((a, b) => a - b);
    this.usual = gaps.length ? gaps[gaps.length >> 1] : 1;
    const first = order.length ? order[0].time : 0;
    const last = order.length ? order[order.length - 1].time : 0;
    // True to time, the usual gap takes two rows, as long as the whole is not too tall.
    this.perNano = Math.min((2 * ROW) / this.usual, 1e6 / Math.max(1, last - first));
    return order;
  }

  walk(order) {
    let previous = null;
    let top = 0;
    let bottom = 0;
    let last = new Map();
    let sent = new Map();
    for (const { time, number, place, point } of order) {
      if (time !== previous) {
        top = previous === null ? 0 : bottom + this.gap(time - previous);
        if (this.linear) {
          top = (time - order[0].time) * this.perNano;
        }
        previous = time;
        bottom = top;
        last = new Map();
        sent = new Map();
        this.times.push(time);
        this.tops.push(top);
        this.bottoms.push(bottom);
      }
      const side = 2 * number + point.side;
      let at = last.has(side) ? last.get(side) + (this.linear ? 0 : ROW) : top;
      if (point.flight !== undefined) {
        // What arrives at once stands no higher than its sending.
        const flight = number + ":" + point.flight;
        at = Math.max(at, sent.has(flight) ? sent.get(flight) : top);
        sent.set(flight, at);
      }
      last.set(side, at);
      this.places[number][place] = at;
      bottom = Math.max(bottom, at);
      this.bottoms[this.bottoms.length - 1] = bottom;
    }
    this.height = bottom;
  }

  gap(gap) {
    return ROW * (1 + 1.5 * Math.log10(1 + gap / this.usual));
  }

  // The last moment at or before something that grows.
  static find(list, value) {
    let low = 0;
    let high = list.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (list[middle] <= value) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return low;
  }

  // Where a time stands; between two moments, in proportion.
  at(time) {
    const { times, tops, bottoms } = this;
    if (!times.length || time <= times[0]) {
      return 0;
    }
    const i = Scale.find(times, time);
    if (times[i] === time) {
      return tops[i];
    }
    if (i + 1 === times.length) {
      return bottoms[i] + ROW;
    }
    const part = (time - times[i]) / (times[i + 1] - times[i]);
    return bottoms[i] + part * (tops[i + 1] - bottoms[i]);
  }

  // The time that stands at a place.
  timeAt(place) {
    const { times, tops, bottoms } = this;
    if (!times.length) {
      return 0;
    }
    const i = Scale.find(tops, place);
    if (place <= bottoms[i] || i + 1 === times.length) {
      return times[i];
    }
    const part = (place - bottoms[i]) / (tops[i + 1] - bottoms[i]);
    return Math.round(times[i] + part * (times[i + 1] - times[i]));
  }
}
