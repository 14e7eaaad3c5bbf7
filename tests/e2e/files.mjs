// Files for tests of taking in pictures, made in memory: CIFAR-10's records and tars. Pictures are drawn.mjs's.

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
