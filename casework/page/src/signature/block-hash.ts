// SPDX-License-Identifier: GPL-3.0-or-later
// What SHA-256 and SHA-512 share (FIPS 180-4): bytes are taken by the block, and the last one is filled up.
import type { Bytes } from "../bytes/bytes";

/** Words are of 32 bits; SHA-512 has each of its own as two. */
export abstract class BlockHash {
  private readonly block: Uint8Array;
  private held = 0;
  private size = 0;

  /** `blockSize` in bytes; `state`, which the digest is made of, whole. */
  protected constructor(private readonly blockSize: number, protected readonly state: Int32Array) {
    this.block = new Uint8Array(blockSize);
  }

  update(bytes: Uint8Array): this {
    const whole = this.blockSize;
    this.size += bytes.length;
    let at = 0;
    if (this.held > 0) {
      at = Math.min(whole - this.held, bytes.length);
      this.block.set(bytes.subarray(0, at), this.held);
      this.held += at;
      if (this.held < whole) return this;
      this.compress(this.block, 0);
      this.held = 0;
    }
    for (; at + whole <= bytes.length; at += whole) this.compress(bytes, at);
    this.block.set(bytes.subarray(at), 0);
    this.held = bytes.length - at;
    return this;
  }

  digest(): Bytes {
    const whole = this.blockSize, length = whole / 8;  // bytes that the length takes at the end
    const bits = this.size * 8;
    const tail = new Uint8Array((this.held < whole - length ? whole : 2 * whole) - this.held);
    tail[0] = 0x80;
    const view = new DataView(tail.buffer);
    view.setUint32(tail.length - 8, Math.floor(bits / 2 ** 32));
    view.setUint32(tail.length - 4, bits >>> 0);
    this.update(tail);
    const out = new Uint8Array(4 * this.state.length);
    const outView = new DataView(out.buffer);
    this.state.forEach((word, index) => outView.setInt32(4 * index, word));
    return out;
  }

  /** Takes the block of `from` at `at` into the state. */
  protected abstract compress(from: Uint8Array, at: number): void;
}
