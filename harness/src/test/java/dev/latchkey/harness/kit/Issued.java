package dev.latchkey.harness.kit;

import dev.latchkey.kit.secret.Secret;
import dev.latchkey.proto.keys.v1.CreateKeyResponse;
import dev.latchkey.proto.keys.v1.Key;

/** A key as its maker got it: the only time its secret is there. */
public record Issued(Key key, Secret secret) {
  static Issued of(CreateKeyResponse response) {
    return new Issued(response.getKey(), Secret.of(response.getSecret()));
  }

  public String id() {
    return key.getId();
  }

  /** The whole text; only tests have a reason to ask. */
  public String text() {
    return secret.reveal();
  }

  /** The part of the text that is random: without prefix and checksum. */
  public String randomPart() {
    String shown = text().substring(text().lastIndexOf('_') + 1);
    return shown.substring(0, shown.length() - KeyText.CHECKSUM_DIGITS);
  }
}
