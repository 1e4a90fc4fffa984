package dev.latchkey.keys.format;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.zip.CRC32;

/** The hand-written reader agrees with a plain reading of the rule, on whatever text. */
final class KeyTextReaderFuzzTest {
  private static final Pattern RULE =
      Pattern.compile("[a-z][a-z0-9]{1,11}_(?:[a-z0-9-]+_){0,2}[0-9A-Za-z]{49}");

  @FuzzTest
  void reader_agreesWithTheRule(FuzzedDataProvider data) {
    String text = data.consumeRemainingAsString();

    assertThat(new KeyTextReader().read(text))
        .isEqualTo(followsRule(text) ? text.length() : KeyTextReader.MALFORMED);
  }

  @FuzzTest
  void aKeyWithBytesChanged_isReadOnlyIfItStillFollowsTheRule(FuzzedDataProvider data) {
    String prefix = "k" + data.consumeInt(0, 999);
    boolean showMode = data.consumeBoolean();
    Random seeded = new Random(data.consumeLong());
    java.security.SecureRandom random = new SeededForTest(seeded);
    StringBuilder text =
        new StringBuilder(
            KeyText.create(
                    new KeyFormat(prefix, showMode, false), Mode.TEST, Optional.empty(), random)
                .secret()
                .reveal());
    int changes = data.consumeInt(0, 3);
    for (int i = 0; i < changes; i++) {
      text.setCharAt(data.consumeInt(0, text.length() - 1), data.consumeChar());
    }
    String changed = text.toString();

    assertThat(new KeyTextReader().read(changed))
        .isEqualTo(followsRule(changed) ? changed.length() : KeyTextReader.MALFORMED);
  }

  private static boolean followsRule(String text) {
    if (text.length() > KeyText.LONGEST || !RULE.matcher(text).matches()) {
      return false;
    }
    CRC32 crc = new CRC32();
    crc.update(text.substring(0, text.length() - 6).getBytes(StandardCharsets.US_ASCII));
    byte[] sum = java.nio.ByteBuffer.allocate(8).putLong(crc.getValue()).array();
    return text.endsWith(Base62.encode(sum, 6));
  }

  /** Lets the fuzzer choose the bits of the secret. */
  private static final class SeededForTest extends java.security.SecureRandom {
    private static final long serialVersionUID = 1L;
    private final Random seeded;

    SeededForTest(Random seeded) {
      this.seeded = seeded;
    }

    @Override
    public void nextBytes(byte[] bytes) {
      seeded.nextBytes(bytes);
    }
  }
}
