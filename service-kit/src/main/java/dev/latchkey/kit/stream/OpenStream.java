package dev.latchkey.kit.stream;

import dev.latchkey.kit.errors.ApiException;

/** A stream that goes on for as long as its client likes, unless it is ended from here. */
public interface OpenStream {
  /** Whether it still goes on. Safe for use by many threads. */
  boolean isOpen();

  /** Ends it with an error, as soon as that loses nothing. Safe for use by many threads. */
  void end(ApiException reason);
}
