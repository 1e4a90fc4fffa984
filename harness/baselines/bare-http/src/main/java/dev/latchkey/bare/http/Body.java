package dev.latchkey.bare.http;

/** What every request is answered with. Not changed by anyone. */
final class Body {
  private final byte[] bytes;

  Body(byte[] bytes) {
    this.bytes = bytes.clone();
  }

  /** The bytes themselves, without a copy. */
  byte[] bytes() {
    return bytes;
  }
}
