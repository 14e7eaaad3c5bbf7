// Files for tests of taking in pictures, made in memory: CIFAR-10's records, PNGs, tars.

import { crc32, deflateSync } from "node:zlib";

/** A CIFAR-10 record file: one label byte, then three planes of 1,024 bytes, for each picture. */
export function records(count, classes = 10) {
  const bytes = Buffer.alloc(count * 3073);
  for (let i = 0; i < count; i += 1) {
    const label = i % classes;
    bytes[i * 3073] = label;
    for (let p = 1; p < 3073; p += 1) bytes[i * 3073 + p] = (label * 25 + p * (i % 7) + (p >> 5)) & 255;
  }
  return bytes;
}

/** A PNG of `colour(x, y)`, three bytes. */
export function png(width, height, colour) {
  const lines = Buffer.alloc(height * (1 + width * 3));
  for (let y = 0; y < height; y += 1)
    for (let x = 0; x < width; x += 1) lines.set(colour(x, y), y * (1 + width * 3) + 1 + x * 3);
  const chunk = (type, content) => {
    const head = Buffer.from(`    ${type}`, "latin1");
    head.writeUInt32BE(content.length, 0);
    const sum = Buffer.alloc(4);
    sum.writeUInt32BE(crc32(Buffer.concat([head.subarray(4), content])), 0);
    return Buffer.concat([head, content, sum]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10]);
  return Buffer.concat([signature, chunk("IHDR", header), chunk("IDAT", deflateSync(lines)), chunk("IEND", Buffer.alloc(0))]);
}

/** A tar of files by their paths, of up to 100 bytes each. @param {Record<string, Uint8Array>} files */
export function tar(files) {
  const blocks = Object.entries(files).flatMap(([path, content]) => {
    const header = Buffer.alloc(512);
    header.write(path, 0);
    header.write("0000644\0", 100);
    header.write(`${content.length.toString(8).padStart(11, "0")}\0`, 124);
    header.write("00000000000\0", 136);
    header.write("        0", 148);
    header.write("ustar\u000000", 257);
    header.write(`${header.reduce((sum, byte) => sum + byte, 0).toString(8).padStart(6, "0")}\0 `, 148);
    return [header, content, Buffer.alloc((512 - (content.length % 512)) % 512)];
  });
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}
