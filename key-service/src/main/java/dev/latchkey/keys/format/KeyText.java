package dev.latchkey.keys.format;

import dev.latchkey.kit.secret.Secret;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.zip.CRC32;

/**
 * The text of a key: {@code <prefix>_[<mode>_][<environment slug>_]<secret><checksum>}. The secret
 * is 256 bits from a {@link SecureRandom} as 43 base62 digits; the checksum is the CRC-32 of all
 * before it as 6 digits, so that a typo or a cut is refused without a look-up.
 *
 * @param secret the whole text
 * @param prefix its visible start, up to the secret: {@code mk_live_staging_}
 * @param lastCharacters its last four characters, for display
 */
public record KeyText(Secret secret, String prefix, String lastCharacters) {
  static final int SECRET_DIGITS = 43;
  static final int CHECKSUM_DIGITS = 6;
  static final int HIDDEN_DIGITS = SECRET_DIGITS + CHECKSUM_DIGITS;

  private static final int SECRET_BYTES = 32;
  private static final int DISPLAYED = 4;

  /** The longest slug that fits: see the tenancy's rule for slugs. */
  private static final int LONGEST_SLUG = 40;

  /** The longest text: prefix, mode, slug, three separators, and the hidden part. */
  public static final int LONGEST = 12 + 4 + LONGEST_SLUG + 3 + HIDDEN_DIGITS;

  /** Makes the text of a new key. */
  public static KeyText create(
      KeyFormat format, Mode mode, Optional<String> environmentSlug, SecureRandom random) {
    StringBuilder text = new StringBuilder(format.prefix()).append('_');
    if (format.showMode()) {
      text.append(mode.text()).append('_');
    }
    if (format.showEnvironment()) {
      environmentSlug.ifPresent(slug -> text.append(slug).append('_'));
    }
    byte[] bits = new byte[SECRET_BYTES];
    random.nextBytes(bits);
    return complete(text.toString(), Base62.encode(bits, SECRET_DIGITS));
  }

  /**
   * A key's text that was made elsewhere. Its visible parts are shown only where it has the outline
   * of one of ours.
   */
  public static KeyText of(Secret secret) {
    String text = secret.reveal();
    int hidden = text.length() - HIDDEN_DIGITS;
    return new KeyTextReader().read(text) == KeyTextReader.MALFORMED
        ? new KeyText(secret, "", "")
        : new KeyText(secret, text.substring(0, hidden), text.substring(text.length() - DISPLAYED));
  }

  private static KeyText complete(String prefix, String digits) {
    String unchecked = prefix + digits;
    CRC32 crc = new CRC32();
    crc.update(unchecked.getBytes(StandardCharsets.US_ASCII));
    byte[] value = ByteBuffer.allocate(Long.BYTES).putLong(crc.getValue()).array();
    String text = unchecked + Base62.encode(value, CHECKSUM_DIGITS);
    return new KeyText(Secret.of(text), prefix, text.substring(text.length() - DISPLAYED));
  }
}
