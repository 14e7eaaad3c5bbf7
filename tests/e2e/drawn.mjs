// Files of pictures that are drawn and written here, format by format, and a folder of them as a browser
// hands it over when it is dropped.

import { crc32, deflateSync } from "node:zlib";

/** @typedef {(x: number, y: number) => number[]} Colour  the samples of a pixel */

const SAMPLES = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };

/** @param {string} type @param {Uint8Array} content */
function chunk(type, content) {
  const head = Buffer.from(`    ${type}`, "latin1");
  head.writeUInt32BE(content.length, 0);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(Buffer.concat([head.subarray(4), content])), 0);
  return Buffer.concat([head, content, sum]);
}

/** A PNG of `colour(x, y)`. `type` is PNG's: 0 grey, 2 colours, 3 a palette, 4 and 6 with opacity.
 * @param {number} width @param {number} height @param {Colour} colour
 * @param {{type?: 0|2|3|4|6, bits?: 8|16, more?: Buffer[]}} [form] */
export function png(width, height, colour, { type = 2, bits = 8, more = [] } = {}) {
  const size = (SAMPLES[type] * bits) / 8;
  const lines = Buffer.alloc(height * (1 + width * size));
  for (let y = 0; y < height; y += 1)
    for (let x = 0; x < width; x += 1) {
      const at = y * (1 + width * size) + 1 + x * size;
      colour(x, y).forEach((sample, i) => (bits === 8 ? lines.writeUInt8(sample, at + i) : lines.writeUInt16BE(sample, at + 2 * i)));
    }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([bits, type, 0, 0, 0], 8);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10]);
  return Buffer.concat([signature, chunk("IHDR", header), ...more, chunk("IDAT", deflateSync(lines)), chunk("IEND", Buffer.alloc(0))]);
}

/** The colours of a palette. @param {number[][]} colours */
export const palette = (colours) => chunk("PLTE", Buffer.from(colours.flat()));

/** A bitmap of 24 bits, its rows from below or, for a negative height, from above.
 * @param {number} width @param {number} height @param {Colour} colour */
export function bmp(width, height, colour) {
  const row = Math.ceil((width * 3) / 4) * 4;
  const rows = Math.abs(height);
  const bytes = Buffer.alloc(54 + row * rows);
  bytes.write("BM");
  bytes.writeUInt32LE(bytes.length, 2);
  bytes.writeUInt32LE(54, 10);
  bytes.writeUInt32LE(40, 14);
  bytes.writeInt32LE(width, 18);
  bytes.writeInt32LE(height, 22);
  bytes.writeUInt16LE(1, 26);
  bytes.writeUInt16LE(24, 28);
  for (let y = 0; y < rows; y += 1)
    for (let x = 0; x < width; x += 1) bytes.set([...colour(x, y)].reverse(), 54 + (height < 0 ? y : rows - 1 - y) * row + x * 3);
  return bytes;
}

/** Codes of nine bits, which are never made longer: the table is cleared in time.
 * @param {number[]} indices */
function uncompressed(indices) {
  const codes = [];
  indices.forEach((index, i) => (i % 200 === 0 ? codes.push(256, index) : codes.push(index)));
  codes.push(257);
  const bytes = Buffer.alloc(Math.ceil((codes.length * 9) / 8));
  codes.forEach((code, i) => {
    for (let bit = 0; bit < 9; bit += 1) if ((code >> bit) & 1) bytes[(i * 9 + bit) >> 3] |= 1 << ((i * 9 + bit) & 7);
  });
  return bytes;
}

/** A GIF of frames; each is a function from a pixel to one of the colours. Colour 0 may be transparent.
 * @param {number} width @param {number} height @param {number[][]} colours
 * @param {((x: number, y: number) => number)[]} frames @param {{transparent?: boolean}} [form] */
export function gif(width, height, colours, frames, { transparent = false } = {}) {
  const u16 = (/** @type {number} */ n) => [n & 255, n >> 8];
  const table = Buffer.alloc(768);
  table.set(colours.flat());
  const parts = [Buffer.from("GIF89a"), Buffer.from([...u16(width), ...u16(height), 0xf7, 0, 0]), table];
  for (const frame of frames) {
    const indices = Array.from({ length: width * height }, (_, i) => frame(i % width, Math.floor(i / width)));
    parts.push(Buffer.from([0x21, 0xf9, 4, transparent ? 1 : 0, 10, 0, 0, 0]), Buffer.from([0x2c, 0, 0, 0, 0, ...u16(width), ...u16(height), 0, 8]));
    const data = uncompressed(indices);
    for (let from = 0; from < data.length; from += 255) {
      const part = data.subarray(from, from + 255);
      parts.push(Buffer.from([part.length]), part);
    }
    parts.push(Buffer.from([0]));
  }
  return Buffer.concat([...parts, Buffer.from([0x3b])]);
}

/** EXIF in a JPEG that says how it is turned. @param {Buffer} jpeg @param {number} orientation */
export function turned(jpeg, orientation) {
  const exif = Buffer.from([..."Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0"].map((c) => c.charCodeAt(0)).concat(orientation, 0, 0, 0, 0, 0, 0));
  return Buffer.concat([jpeg.subarray(0, 2), Buffer.from([0xff, 0xe1, 0, exif.length + 2]), exif, jpeg.subarray(2)]);
}

/** A baseline JPEG of one colour of four inks, 8 by 8 pixels, as Adobe's programs write it: inverted.
 * @param {number[]} inks */
export function cmyk(inks) {
  const bits = inks
    .map((ink) => {
      const mean = 255 - ink - 128;
      const length = mean === 0 ? 0 : 32 - Math.clz32(Math.abs(mean));
      const value = mean < 0 ? mean + 2 ** length - 1 : mean;
      return length.toString(2).padStart(4, "0") + (length > 0 ? value.toString(2).padStart(length, "0") : "") + "0";
    })
    .join("");
  const data = (bits.match(/.{1,8}/g) ?? []).flatMap((byte) => (byte.padEnd(8, "1") === "11111111" ? [255, 0] : [parseInt(byte.padEnd(8, "1"), 2)]));
  return Buffer.from([
    0xff, 0xd8, 0xff, 0xee, 0, 14, ...Buffer.from("Adobe"), 0, 100, 0, 0, 0, 0, 0,
    0xff, 0xdb, 0, 67, 0, ...new Array(64).fill(8),
    0xff, 0xc0, 0, 20, 8, 0, 8, 0, 8, 4, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0, 4, 0x11, 0,
    0xff, 0xc4, 0, 28, 0, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8,
    0xff, 0xc4, 0, 20, 0x10, 1, ...new Array(16).fill(0),
    0xff, 0xda, 0, 14, 4, 1, 0, 2, 0, 3, 0, 4, 0, 0, 63, 0, ...data, 0xff, 0xd9,
  ]);
}

/** A TIFF of one grey, uncompressed. @param {number} side @param {number} grey */
export function tiff(side, grey) {
  const tags = [[256, 3, side], [257, 3, side], [258, 3, 8], [259, 3, 1], [262, 3, 1], [273, 4, 8 + 2 + 9 * 12 + 4], [277, 3, 1], [278, 3, side], [279, 4, side * side]];
  const bytes = Buffer.alloc(8 + 2 + tags.length * 12 + 4 + side * side, grey);
  bytes.write("II*\0", "latin1");
  bytes.writeUInt32LE(8, 4);
  bytes.writeUInt16LE(tags.length, 8);
  tags.forEach(([tag, type, value], i) => {
    const at = 10 + i * 12;
    bytes.writeUInt16LE(tag, at);
    bytes.writeUInt16LE(type, at + 2);
    bytes.writeUInt32LE(1, at + 4);
    bytes.writeUInt32LE(value, at + 8);
  });
  bytes.writeUInt32LE(0, 10 + tags.length * 12);
  return bytes;
}

/** What a browser's own encoders make of a drawing in its page. @param {any} visitor
 * @param {{width: number, height: number, type: string, quality: number, seed: number}[]} wanted @returns {Promise<Buffer[]>} */
export async function encoded(visitor, wanted) {
  const all = await visitor.evaluate(async (list) => {
    const out = [];
    for (const { width, height, type, quality, seed } of list) {
      const canvas = new OffscreenCanvas(width, height);
      const context = canvas.getContext("2d");
      const light = context.createLinearGradient(0, 0, width, height);
      light.addColorStop(0, `hsl(${seed * 67} 80% 60%)`);
      light.addColorStop(1, `hsl(${seed * 67 + 120} 70% 30%)`);
      context.fillStyle = light;
      context.fillRect(0, 0, width, height);
      for (let i = 0; i < 12; i += 1) {
        context.fillStyle = `hsl(${(seed * 31 + i * 47) % 360} 90% ${25 + ((i * 13 + seed) % 50)}%)`;
        context.fillRect(((i * 37 + seed * 11) % 90) * (width / 100), ((i * 53 + seed * 7) % 85) * (height / 100), width / 7, height / 6);
      }
      const blob = await canvas.convertToBlob({ type, quality });
      if (blob.type !== type) throw new Error(`this browser writes no ${type}`);
      const bytes = new Uint8Array(await blob.arrayBuffer());
      let text = "";
      for (const byte of bytes) text += String.fromCharCode(byte);
      out.push(btoa(text));
    }
    return out;
  }, wanted);
  return all.map((/** @type {string} */ text) => Buffer.from(text, "base64"));
}

/** Drops folders on the page's drop zone, as browsers hand them over. @param {any} visitor
 * @param {Record<string, Buffer|Uint8Array>} files  by their paths */
export const dropFolder = (visitor, files) =>
  visitor.evaluate((given) => {
    const tree = {};
    for (const [path, content] of given) {
      const parts = path.split("/");
      let at = tree;
      for (const part of parts.slice(0, -1)) at = at[part] ??= {};
      at[parts.at(-1)] = new File([Uint8Array.from(atob(content), (c) => c.charCodeAt(0))], parts.at(-1));
    }
    const entry = (path, thing) =>
      thing instanceof File
        ? { isFile: true, isDirectory: false, fullPath: path, file: (done) => done(thing) }
        : {
            isFile: false, isDirectory: true, fullPath: path,
            createReader: () => {
              let rest = Object.entries(thing).map(([name, inside]) => entry(`${path}/${name}`, inside));
              return { readEntries: (done) => (done(rest), (rest = [])) };
            },
          };
    const event = new Event("drop", { bubbles: true, composed: true, cancelable: true });
    const items = Object.entries(tree).map(([name, inside]) => ({ kind: "file", webkitGetAsEntry: () => entry(`/${name}`, inside), getAsFile: () => null }));
    Object.defineProperty(event, "dataTransfer", { value: { items } });
    document.querySelector("#drop").dispatchEvent(event);
  }, Object.entries(files).map(([path, bytes]) => [path, Buffer.from(bytes).toString("base64")]));
