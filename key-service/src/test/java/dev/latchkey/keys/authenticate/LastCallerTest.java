package dev.latchkey.keys.authenticate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.keys.format.KeyFormat;
import dev.latchkey.keys.format.KeyText;
import dev.latchkey.keys.format.Mode;
import dev.latchkey.keys.hashing.KeyHasher;
import dev.latchkey.kit.secret.Secret;
import java.security.SecureRandom;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The hash kept of a caller's credential is that of the very text that the caller sent. */
final class LastCallerTest {
  private static final String SCHEME = "Bearer ";
  private static final SecureRandom RANDOM = new SecureRandom();

  @Test
  void everyCallerGetsTheHashOfItsOwnCredential() {
    String one = credential();
    String other = credential();
    assertThat(one).hasSameSizeAs(other);

    for (String credential : new String[] {one, one, other, one, other, other}) {
      assertThat(LastCaller.hash(SCHEME + credential, SCHEME.length()))
          .isEqualTo(KeyHasher.hash(Secret.of(credential)));
    }
  }

  @Test
  void aTextThatIsLikeTheLastOneIsNotTakenForIt() {
    String credential = credential();
    LastCaller.hash(SCHEME + credential, SCHEME.length());

    for (int at = 0; at < credential.length(); at++) {
      char changed = credential.charAt(at) == 'x' ? 'y' : 'x';
      String like = credential.substring(0, at) + changed + credential.substring(at + 1);
      assertThat(LastCaller.hash(SCHEME + like, SCHEME.length())).as(like).isNull();
    }
    assertThat(LastCaller.hash(SCHEME + credential + "x", SCHEME.length())).isNull();
    assertThat(LastCaller.hash(SCHEME, SCHEME.length())).isNull();
  }

  private static String credential() {
    return KeyText.create(KeyFormat.DEFAULT, Mode.LIVE, Optional.empty(), RANDOM).secret().reveal();
  }
}
