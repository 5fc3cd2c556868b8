/** A PNG as its pixels: 8 bits a channel, not interlaced, as pictures of the product are. */
import { inflateSync } from 'node:zlib';

export interface Pixels {
  width: number;
  height: number;
  /** red, green, blue, alpha of each pixel, row by row */
  rgba: Uint8Array;
}

const SIGNATURE = '89504e470d0a1a0a';

export function pixelsOf(png: Buffer): Pixels {
  if (png.subarray(0, 8).toString('hex') !== SIGNATURE) throw new Error('A PNG was expected, and something else came.');
  const [width, height, depth, colour] = [png.readUInt32BE(16), png.readUInt32BE(20), png[24], png[25]];
  if (depth !== 8 || colour !== 6 || png[28] !== 0) {
    throw new Error(`A PNG of 8-bit RGBA was expected, and one of depth ${depth} and colour type ${colour} came.`);
  }
  const data: Buffer[] = [];
  for (let at = 8; at < png.length; ) {
    const length = png.readUInt32BE(at);
    if (png.toString('latin1', at + 4, at + 8) === 'IDAT') data.push(png.subarray(at + 8, at + 8 + length));
    at += length + 12;
  }
  return { width, height, rgba: unfiltered(inflateSync(Buffer.concat(data)), width * 4, height) };
}

/** How many pixels differ by more than `tolerance` (of 255) in a channel, as a share of all; 1 where the sizes differ. */
export function difference(a: Pixels, b: Pixels, tolerance: number): number {
  if (a.width !== b.width || a.height !== b.height) return 1;
  let differing = 0;
  for (let at = 0; at < a.rgba.length; at += 4) {
    const channels = [0, 1, 2, 3].map((channel) => Math.abs((a.rgba[at + channel] ?? 0) - (b.rgba[at + channel] ?? 0)));
    if (Math.max(...channels) > tolerance) differing++;
  }
  return differing / (a.width * a.height);
}

/** Each row begins with how it is told by what is left of it and above it (PNG specification, 9.2). */
function unfiltered(bytes: Buffer, stride: number, height: number): Uint8Array {
  const pixels = new Uint8Array(stride * height);
  for (let row = 0; row < height; row++) {
    const filter = bytes[row * (stride + 1)] ?? 0;
    for (let at = 0; at < stride; at++) {
      const raw = bytes[row * (stride + 1) + 1 + at] ?? 0;
      const left = at >= 4 ? (pixels[row * stride + at - 4] ?? 0) : 0;
      const up = row > 0 ? (pixels[(row - 1) * stride + at] ?? 0) : 0;
      const corner = row > 0 && at >= 4 ? (pixels[(row - 1) * stride + at - 4] ?? 0) : 0;
      const predicted = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter] ?? 0;
      pixels[row * stride + at] = raw + predicted;
    }
  }
  return pixels;
}

function paeth(left: number, up: number, corner: number): number {
  const estimate = left + up - corner;
  const [a, b, c] = [Math.abs(estimate - left), Math.abs(estimate - up), Math.abs(estimate - corner)];
  return a <= b && a <= c ? left : b <= c ? up : corner;
}
