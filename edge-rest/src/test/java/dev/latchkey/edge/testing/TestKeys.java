package dev.latchkey.edge.testing;

/** Texts in the shape of keys. */
public final class TestKeys {
  private static final String SECRET_PART = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklm";

  /** The key of the edge itself. */
  public static final String EDGE = "lk_" + SECRET_PART;

  private TestKeys() {}

  /** A key text that bears a name; the same name gives the same text. */
  public static String key(String name) {
    String start = "mk_live_" + name.replaceAll("[^A-Za-z0-9]", "");
    return start + SECRET_PART;
  }
}
