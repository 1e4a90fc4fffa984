package dev.latchkey.keys.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.Random;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class KeyTextTest {
  private static final SecureRandom RANDOM = new SecureRandom();

  private static String text(
      String prefix, boolean mode, boolean environment, @Nullable String slug) {
    return KeyText.create(
            new KeyFormat(prefix, mode, environment), Mode.LIVE, Optional.ofNullable(slug), RANDOM)
        .secret()
        .reveal();
  }

  private static boolean isWellFormed(String text) {
    return new KeyTextReader().read(text) != KeyTextReader.MALFORMED;
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "mk, true, true, staging, mk_live_staging_",
        "mk, true, true, -, mk_live_",
        "ctx, false, false, staging, ctx_",
        "sk, true, false, production, sk_live_",
        "mk, false, true, prod, mk_prod_",
        "a2345678901b, true, true, a-slug-of-forty-characters-0123456789-ab, "
            + "a2345678901b_live_a-slug-of-forty-characters-0123456789-ab_",
      })
  void visibleStart_showsWhatTheFormatSays(
      String prefix, boolean mode, boolean environment, String slug, String expected) {
    String text = text(prefix, mode, environment, slug);

    assertThat(text).startsWith(expected).hasSize(expected.length() + 49);
    assertThat(isWellFormed(text)).isTrue();
  }

  @Test
  void hiddenPart_is43DigitsAndTheCrc32OfAllBefore() {
    String text = text("mk", true, false, null);

    CRC32 crc = new CRC32();
    crc.update(text.substring(0, text.length() - 6).getBytes(StandardCharsets.US_ASCII));
    long value = 0;
    for (char digit : text.substring(text.length() - 6).toCharArray()) {
      value =
          value * 62
              + "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".indexOf(digit);
    }
    assertThat(value).isEqualTo(crc.getValue());
  }

  @Test
  void everyOneCharacterTypo_isRefusedByTheChecksum() {
    String text = text("mk", true, true, "staging");
    Random typos = new Random(7);
    String alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_-";
    for (int position = 0; position < text.length(); position++) {
      for (int i = 0; i < 20; i++) {
        char typo = alphabet.charAt(typos.nextInt(alphabet.length()));
        String wrong = text.substring(0, position) + typo + text.substring(position + 1);
        assertThat(isWellFormed(wrong)).as(wrong).isEqualTo(wrong.equals(text));
      }
    }
  }

  @Test
  void everyCutAndEverySwapOfNeighbours_isRefused() {
    String text = text("mk", true, true, "staging");
    for (int i = 0; i < text.length(); i++) {
      assertThat(isWellFormed(text.substring(0, i))).isFalse();
      assertThat(isWellFormed(text.substring(i + 1))).as("tail from %d", i + 1).isFalse();
    }
    for (int i = 0; i + 1 < text.length(); i++) {
      char[] swapped = text.toCharArray();
      swapped[i] = text.charAt(i + 1);
      swapped[i + 1] = text.charAt(i);
      String wrong = new String(swapped);
      assertThat(isWellFormed(wrong)).as(wrong).isEqualTo(wrong.equals(text));
    }
  }

  @ParameterizedTest
  @CsvSource({"M", "m", "1m", "m_", "abcdefghijklm", "mk-", "''"})
  void wrongPrefix_isRefused(String prefix) {
    assertThatThrownBy(() -> new KeyFormat(prefix, true, false))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aTextOfTwoKeys_isNever_theSame() {
    assertThat(text("mk", true, false, null)).isNotEqualTo(text("mk", true, false, null));
  }
}
