package dev.latchkey.keys.hashing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.kit.secret.Secret;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

final class KeyHashTest {
  /** FIPS 180-4's own example for "abc". */
  private static final String SHA256_OF_ABC =
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

  @Test
  void hash_isThePlainSha256OfTheWholeText() {
    assertThat(KeyHasher.hash(Secret.of("abc"))).isEqualTo(KeyHash.ofHex(SHA256_OF_ABC));
    assertThat(HexFormat.of().formatHex(KeyHash.ofHex(SHA256_OF_ABC).bytes()))
        .isEqualTo(SHA256_OF_ABC);
  }

  @Test
  void hasherWithABuffer_givesTheSame_andCanBeUsedAgain() {
    KeyHasher hasher = new KeyHasher();
    byte[] buffer = "abcdef".getBytes(StandardCharsets.US_ASCII);

    hasher.read(buffer, 0, 3);
    KeyHash first = hasher.fixed();
    hasher.read(buffer, 0, 6);
    KeyHash longer = hasher.fixed();
    hasher.read(buffer, 0, 3);

    assertThat(first).isEqualTo(KeyHash.ofHex(SHA256_OF_ABC)).isEqualTo(hasher.fixed());
    assertThat(longer).isNotEqualTo(first);
  }

  @Test
  void aHash_doesNotPrintItself() {
    assertThat(KeyHash.ofHex(SHA256_OF_ABC).toString()).isEqualTo("KeyHash");
  }

  @Test
  void aHashOfAnotherLength_isRefused() {
    assertThatThrownBy(() -> KeyHash.of(new byte[31])).isInstanceOf(IllegalArgumentException.class);
  }
}
