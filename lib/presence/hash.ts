/** A hash of 64 bits in two halves, fed one character after the other; the same for a text and for its ASCII bytes. */
export class Hash {
  h1 = 0;
  h2 = 0;

  begin(): void {
    this.h1 = 0x811c9dc5 | 0;
    this.h2 = 0x9e3779b9 | 0;
  }

  addText(text: string): void {
    let { h1, h2 } = this;
    for (let i = 0; i < text.length; i++) {
      const unit = text.charCodeAt(i);
      h1 = Math.imul(h1 ^ unit, 0x01000193);
      h2 = Math.imul(((h2 << 5) | (h2 >>> 27)) ^ unit, 0x85ebca6b);
    }
    this.h1 = h1;
    this.h2 = h2;
  }

  addBytes(bytes: Uint8Array, start: number, end: number): void {
    let { h1, h2 } = this;
    for (let i = start; i < end; i++) {
      const byte = bytes[i] ?? 0;
      h1 = Math.imul(h1 ^ byte, 0x01000193);
      h2 = Math.imul(((h2 << 5) | (h2 >>> 27)) ^ byte, 0x85ebca6b);
    }
    this.h1 = h1;
    this.h2 = h2;
  }

  /** a number in place of a character, told apart from every one */
  addNumber(value: number): void {
    this.h1 = Math.imul(this.h1 ^ (value + 0x10000), 0x01000193);
    this.h2 = Math.imul(((this.h2 << 5) | (this.h2 >>> 27)) ^ (value + 0x10000), 0x85ebca6b);
  }

  /** the halves, their bits mixed; adding may go on */
  get first(): number {
    return mix(this.h1 ^ (this.h2 >>> 15));
  }

  get second(): number {
    return mix(this.h2 + 0x3c6ef372);
  }
}

function mix(value: number): number {
  let h = value;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) | 0;
}
