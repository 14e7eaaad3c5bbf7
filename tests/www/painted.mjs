// Pictures that are drawn for tests, the same at every run.

import { SIDE } from "./image-data.mjs";

/** A small repeatable generator (mulberry32). */
export function random(seed) {
  let a = seed | 0;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** A coloured disc before a gradient; `blur` from 0 to 1 washes it out. */
export function paint(data, at, split, index, blur = 0) {
  const next = random(index * 2 + (split === "test" ? 1 : 0));
  const [hue, x0, y0, radius, tilt] = Array.from({ length: 5 }, next);
  for (let i = 0; i < SIDE * SIDE; i += 1) {
    const x = i % SIDE;
    const y = Math.floor(i / SIDE);
    const distance = Math.hypot(x - 10 - x0 * 12, y - 10 - y0 * 12) - 5 - radius * 6;
    const inside = 1 / (1 + Math.exp(distance / (0.3 + blur * 8)));
    for (let c = 0; c < 3; c += 1) {
      const ground = 90 + 60 * Math.sin(c + tilt * 6 + (y / SIDE) * 2);
      const disc = 128 + 110 * Math.sin(hue * 6 + c * 2.1);
      data[at + i * 4 + c] = ground + inside * (disc - ground);
    }
    data[at + i * 4 + 3] = 255;
  }
}
