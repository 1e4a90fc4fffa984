package dev.latchkey.edge.credentials;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.latchkey.edge.credentials.PresentedCredential.Found;
import dev.latchkey.kit.secret.Secret;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Any headers, any target. The build runs the seeds; {@code JAZZER_FUZZ=1 mvn test} goes on to look
 * for more.
 */
final class CredentialFuzzTest {
  private static final String KEY = "mk_live_0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklm";

  /** Each line is one field: {@code K} begins an X-API-Key, anything else an Authorization. */
  @FuzzTest(maxDuration = "60s")
  void headers_areReadWithoutFailing(byte[] data) {
    List<String> lines = List.of(new String(data, StandardCharsets.ISO_8859_1).split("\n", -1));
    List<String> apiKeys =
        lines.stream().filter(line -> line.startsWith("K")).map(line -> line.substring(1)).toList();
    List<String> authorizations = lines.stream().filter(line -> !line.startsWith("K")).toList();

    if (CredentialReader.read(apiKeys, authorizations) instanceof Found(Secret secret)) {
      String text = secret.reveal();
      assertThat(text).matches("[!-~]{1,512}");
      assertThat(lines).anyMatch(line -> line.contains(text));
    }
  }

  /** What stands before the first line break stands before the key, the rest behind it. */
  @FuzzTest(maxDuration = "60s")
  void key_isFoundInATarget_whateverStandsAroundIt(byte[] data) {
    String[] around = new String(data, StandardCharsets.ISO_8859_1).split("\n", 2);
    String before = around[0];
    String after = around.length == 2 ? around[1] : "";

    assertThat(UrlKeys.isIn(before + KEY + after)).isTrue();
    assertThat(UrlKeys.isIn(before + "?" + after + "&token=x")).isTrue();
    assertThat(UrlKeys.isIn("/p?x=" + encode(KEY) + after)).isTrue();
    // Fails on nothing.
    assertThat(UrlKeys.isIn(before)).isIn(true, false);
  }

  private static String encode(String text) {
    StringBuilder encoded = new StringBuilder();
    text.chars().forEach(c -> encoded.append("%%%02x".formatted(c)));
    return encoded.toString();
  }
}
