package dev.latchkey.edge.credentials;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class UrlKeysTest {
  private static final String SECRET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcd";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/?api_key=x",
        "/?API_KEY=x",
        "/?apikey=x",
        "/?api-key=x",
        "/?x-api-key=x",
        "/?a=1&key=x",
        "/?a=1;key=x",
        "/?access_token=x",
        "/?token",
        "/?authorization=Bearer%20x",
        "/?%61pi_key=x",
        "/?api%5Fkey=x",
        "/?api%255Fkey=x",
        "/?%zz&api_key=x",
        "/?+key+=x",
        "/#access_token=x",
        "/a;token=x",
        "?key=",
      })
  void parameterWithTheNameOfACredential_isFound(String target) {
    assertThat(UrlKeys.isIn(target)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/?x=mk_" + SECRET,
        "/?mk_live_staging_" + SECRET,
        "/?x=Bearer%20mk_" + SECRET,
        "/?x=mk%5f" + SECRET,
        "/?x=mk%255f" + SECRET,
        "/?x=%6dk_%30" + SECRET,
        "/?x=%&y=mk_" + SECRET + "%zz",
        "/mk_" + SECRET,
        "/a/mk_" + SECRET + "/b",
        "http://mk_" + SECRET + "@host/",
        "mk_" + SECRET,
        "/?x=mk_" + SECRET + "abcdef",
      })
  void textWithTheOutlineOfAKey_isFound(String target) {
    assertThat(UrlKeys.isIn(target)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/",
        "/api/v1/me",
        "/api/v1/me?environment=staging&page_size=10",
        "/key/token/api_key",
        "/?monkey=x&keys=y&tokens=z",
        "/?x=key",
        "/?x=mk_tooshort",
        "/?x=" + SECRET + SECRET,
        "/?x=_" + SECRET,
        "/?x=0198c0de-0000-7000-8000-000000000000",
        "%",
        "%%%",
        "/?%=%",
      })
  void otherTargets_arePassed(String target) {
    assertThat(UrlKeys.isIn(target)).isFalse();
  }

  @Test
  void longTargets_takeNoTimeToSpeakOf() {
    // Shapes that make a careless pattern go back and forth; a test that hangs here has one.
    assertThat(UrlKeys.isIn("a_".repeat(500_000))).isFalse();
    assertThat(UrlKeys.isIn("%25".repeat(300_000))).isFalse();
  }
}
