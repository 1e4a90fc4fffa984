package dev.latchkey.kit.tls;

/** A PEM file cannot be used; the message names the file and says why, and shows nothing of it. */
final class UnusablePemException extends Exception {
  private static final long serialVersionUID = 1L;

  private final String problem;

  UnusablePemException(String message) {
    super(message);
    this.problem = message;
  }

  /** The file, and what is wrong with it. */
  String problem() {
    return problem;
  }
}
