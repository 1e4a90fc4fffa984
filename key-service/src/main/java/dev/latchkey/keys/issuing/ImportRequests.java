package dev.latchkey.keys.issuing;

import dev.latchkey.keys.authenticate.ForeignTexts;
import dev.latchkey.keys.hashing.KeyHash;
import dev.latchkey.keys.hashing.KeyHasher;
import dev.latchkey.kit.secret.Secret;
import dev.latchkey.kit.validation.Fields;
import dev.latchkey.proto.keys.v1.CreateKeyRequest;
import dev.latchkey.proto.keys.v1.ImportedKey;
import java.time.Instant;
import java.util.regex.Pattern;

/** Reads what is asked for one key of another system. */
final class ImportRequests {
  private static final int DISPLAYED_START = 8;
  private static final int DISPLAYED_END = 4;

  /** Of a shorter text nothing is shown: what is hidden of it would be too little. */
  private static final int SHORTEST_DISPLAYED = 24;

  private static final Pattern PREFIX = Pattern.compile("[!-~]{0,20}");
  private static final Pattern LAST_CHARACTERS = Pattern.compile("(?:[!-~]{4})?");

  private ImportRequests() {}

  /** What the key shall be: read, and limited, just as CreateKey does. */
  static KeyDraft draft(Fields in, ImportedKey key, Instant now) {
    return KeyRequests.draft(in, asCreated(key), now);
  }

  private static CreateKeyRequest asCreated(ImportedKey key) {
    CreateKeyRequest.Builder request =
        CreateKeyRequest.newBuilder()
            .setNodeId(key.getNodeId())
            .setName(key.getName())
            .setOwnerUserId(key.getOwnerUserId())
            .setModeValue(key.getModeValue())
            .addAllScopes(key.getScopesList())
            .putAllMetadata(key.getMetadataMap())
            .addAllAllowedNetworks(key.getAllowedNetworksList())
            .addAllResources(key.getResourcesList())
            .addAllRoles(key.getRolesList());
    if (key.hasNotBefore()) {
      request.setNotBefore(key.getNotBefore());
    }
    if (key.hasExpireTime()) {
      request.setExpireTime(key.getExpireTime());
    }
    return request.build();
  }

  /** What the key is known by. A text is hashed here, and goes no further. */
  static ForeignKey foreign(Fields in, ImportedKey key) {
    return switch (key.getTextCase()) {
      case SHA256 -> byHash(in, key);
      case PLAIN_TEXT -> byText(in, key);
      case TEXT_NOT_SET -> {
        in.refuse("text", "missing", "sha256 or plain_text");
        yield new ForeignKey(new KeyHash(0, 0, 0, 0), "", "");
      }
    };
  }

  private static ForeignKey byHash(Fields in, ImportedKey key) {
    int bytes = key.getSha256().size();
    if (bytes != KeyHash.BYTES) {
      in.refuse("sha256", bytes + " bytes", Integer.toString(KeyHash.BYTES));
    }
    if (!PREFIX.matcher(key.getPrefix()).matches()) {
      in.refuse(
          "prefix",
          Fields.echo(key.getPrefix()),
          "up to 20 printable ASCII characters without blanks");
    }
    if (!LAST_CHARACTERS.matcher(key.getLastCharacters()).matches()) {
      in.refuse(
          "last_characters",
          Fields.echo(key.getLastCharacters()),
          "4 printable ASCII characters without blanks, or none");
    }
    KeyHash hash =
        bytes == KeyHash.BYTES
            ? KeyHash.of(key.getSha256().toByteArray())
            : new KeyHash(0, 0, 0, 0);
    return new ForeignKey(hash, key.getPrefix(), key.getLastCharacters());
  }

  private static ForeignKey byText(Fields in, ImportedKey key) {
    String text = key.getPlainText();
    if (!ForeignTexts.isShaped(text)) {
      in.refuse(
          "plain_text",
          text.length() + " characters",
          "%d to %d printable ASCII characters without blanks"
              .formatted(ForeignTexts.SHORTEST, ForeignTexts.LONGEST));
    }
    refuseDisplayed(in, "prefix", key.getPrefix());
    refuseDisplayed(in, "last_characters", key.getLastCharacters());
    KeyHash hash = KeyHasher.hash(Secret.of(text));
    return text.length() < SHORTEST_DISPLAYED
        ? new ForeignKey(hash, "", "")
        : new ForeignKey(
            hash,
            text.substring(0, DISPLAYED_START),
            text.substring(text.length() - DISPLAYED_END));
  }

  private static void refuseDisplayed(Fields in, String field, String value) {
    if (!value.isEmpty()) {
      in.refuse(field, "set", "empty, for it is taken from plain_text");
    }
  }
}
