package dev.latchkey.edge.credentials;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.ArrayList;
import java.util.List;

/**
 * Any headers, any target. Runs the seeds in the build; {@code JAZZER_FUZZ=1 mvn test} goes on to
 * look for more.
 */
final class CredentialFuzzTest {
  @FuzzTest(maxDuration = "60s")
  void headers_areReadWithoutFailing(FuzzedDataProvider data) {
    List<String> apiKeys = texts(data);
    List<String> authorizations = texts(data);

    PresentedCredential read = CredentialReader.read(apiKeys, authorizations);

    if (read instanceof PresentedCredential.Found(var secret)) {
      String text = secret.reveal();
      assertThat(text).matches("[!-~]{1,512}");
      assertThat(
              apiKeys.stream().anyMatch(value -> value.contains(text))
                  || authorizations.stream().anyMatch(value -> value.contains(text)))
          .isTrue();
    }
  }

  @FuzzTest(maxDuration = "60s")
  void key_isFoundInATarget_whateverStandsAroundIt(FuzzedDataProvider data) {
    String before = data.consumeString(200);
    String after = data.consumeRemainingAsString();
    String key = "mk_live_0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklm";

    assertThat(UrlKeys.isIn(before + key + after)).isTrue();
    assertThat(UrlKeys.isIn(before + "?" + after + "&token=x")).isTrue();
    assertThat(UrlKeys.isIn("/p?" + encode(key))).isTrue();
  }

  private static String encode(String text) {
    StringBuilder encoded = new StringBuilder();
    text.chars().forEach(c -> encoded.append("%%%02x".formatted(c)));
    return encoded.toString();
  }

  private static List<String> texts(FuzzedDataProvider data) {
    List<String> texts = new ArrayList<>();
    for (int left = data.consumeInt(0, 3); left > 0; left--) {
      texts.add(data.consumeString(600));
    }
    return texts;
  }
}
