package dev.latchkey.kit.paging;

import com.google.common.base.Suppliers;
import dev.latchkey.kit.errors.ApiException;
import dev.latchkey.proto.errors.v1.ErrorReason;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Page tokens: the id after which the next page begins, sealed together with what the list was
 * asked for and by whom. A token that was altered, or is used with other filters or by another
 * caller, is refused. Safe for use by many threads.
 */
public final class PageTokens {
  private static final String ALGORITHM = "HmacSHA256";
  private static final int SEAL_BYTES = 16;
  private static final int ID_BYTES = 16;

  private final Supplier<SecretKeySpec> key;

  /**
   * @param key at least 32 random bytes, the same on all nodes; asked for with the first token, and
   *     again where it failed
   */
  public PageTokens(Supplier<byte[]> key) {
    this.key = Suppliers.memoize(() -> sealing(key.get()));
  }

  private static SecretKeySpec sealing(byte[] key) {
    if (key.length < 32) {
      throw new IllegalArgumentException("the key has " + key.length + " bytes, not 32");
    }
    return new SecretKeySpec(key, ALGORITHM);
  }

  /**
   * Seals a position.
   *
   * @param binding everything the token shall hold for: call, filters and caller
   */
  public String seal(String binding, UUID after) {
    byte[] id = bytes(after);
    // Hexadecimal: in base64 one token in a hundred has the outline of a key ("xy_" and 40 digits),
    // and the edge refuses URLs with one.
    return HexFormat.of()
        .formatHex(
            ByteBuffer.allocate(SEAL_BYTES + ID_BYTES).put(mac(binding, id)).put(id).array());
  }

  /** Opens a token; an empty one is the first page. Throws {@code INVALID_PAGE_TOKEN}. */
  public Optional<UUID> open(String binding, String token) {
    if (token.isEmpty()) {
      return Optional.empty();
    }
    byte[] sealed = decode(token);
    if (sealed.length == SEAL_BYTES + ID_BYTES) {
      byte[] id = Arrays.copyOfRange(sealed, SEAL_BYTES, sealed.length);
      if (MessageDigest.isEqual(mac(binding, id), Arrays.copyOf(sealed, SEAL_BYTES))) {
        ByteBuffer buffer = ByteBuffer.wrap(id);
        return Optional.of(new UUID(buffer.getLong(), buffer.getLong()));
      }
    }
    throw ApiException.of(
        ErrorReason.ERROR_REASON_INVALID_PAGE_TOKEN,
        "page_token: not made for this list (expected: next_page_token of the page before, with the"
            + " same other fields and the same key)",
        Map.of());
  }

  private static byte[] decode(String token) {
    try {
      return HexFormat.of().parseHex(token);
    } catch (IllegalArgumentException e) {
      return new byte[0];
    }
  }

  private byte[] mac(String binding, byte[] id) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key.get());
      mac.update(id);
      return Arrays.copyOf(mac.doFinal(binding.getBytes(StandardCharsets.UTF_8)), SEAL_BYTES);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(ALGORITHM + " is part of every Java platform", e);
    }
  }

  private static byte[] bytes(UUID id) {
    return ByteBuffer.allocate(ID_BYTES)
        .putLong(id.getMostSignificantBits())
        .putLong(id.getLeastSignificantBits())
        .array();
  }
}
