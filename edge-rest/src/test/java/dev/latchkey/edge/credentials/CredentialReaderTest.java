package dev.latchkey.edge.credentials;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.edge.credentials.PresentedCredential.Conflicting;
import dev.latchkey.edge.credentials.PresentedCredential.Found;
import dev.latchkey.edge.credentials.PresentedCredential.Malformed;
import dev.latchkey.edge.credentials.PresentedCredential.Missing;
import dev.latchkey.kit.secret.Secret;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class CredentialReaderTest {
  private static final String LONGEST = "k".repeat(CredentialReader.LONGEST);

  static Stream<Arguments> headers() {
    return Stream.of(
        read(List.of(), List.of(), new Missing()),
        read(List.of(""), List.of(""), new Missing()),
        read(List.of(" \t "), List.of("  "), new Missing()),
        read(List.of("k"), List.of(), found("k")),
        read(List.of(" k\t"), List.of(), found("k")),
        read(List.of(), List.of("Bearer k"), found("k")),
        read(List.of(), List.of("bEARER    k  "), found("k")),
        read(List.of(), List.of("Bearer"), new Missing()),
        read(List.of(), List.of("Bearer "), new Missing()),
        read(List.of(), List.of("Bearerk"), new Missing()),
        read(List.of(), List.of("Bearer\tk"), new Missing()),
        read(List.of(), List.of("Basic dTpw"), new Missing()),
        read(List.of(), List.of("k"), new Missing()),
        read(List.of("k"), List.of("Basic dTpw"), found("k")),
        read(List.of("k"), List.of("Bearer"), found("k")),
        read(List.of("k"), List.of("Bearer k"), found("k")),
        read(List.of("k", "k"), List.of("Bearer k", "bearer k"), found("k")),
        read(List.of("k"), List.of("Bearer K"), new Conflicting()),
        read(List.of("k", "l"), List.of(), new Conflicting()),
        read(List.of(), List.of("Bearer k", "Bearer l"), new Conflicting()),
        read(List.of("k"), List.of("Bearer " + LONGEST + "k"), new Conflicting()),
        read(List.of(LONGEST), List.of(), found(LONGEST)),
        read(List.of(LONGEST + "k"), List.of(), new Malformed()),
        read(List.of("a b"), List.of(), new Malformed()),
        read(List.of(), List.of("Bearer k, Bearer l"), new Malformed()),
        read(List.of("k\u00e4"), List.of(), new Malformed()),
        read(List.of("k\0"), List.of(), new Malformed()),
        read(List.of("k\u007f"), List.of(), new Malformed()));
  }

  private static Arguments read(
      List<String> apiKeys, List<String> authorizations, PresentedCredential expected) {
    return Arguments.of(apiKeys, authorizations, expected);
  }

  private static PresentedCredential found(String text) {
    return new Found(Secret.of(text));
  }

  @ParameterizedTest
  @MethodSource("headers")
  void headers_areReadAs(
      List<String> apiKeys, List<String> authorizations, PresentedCredential expected) {
    assertThat(CredentialReader.read(apiKeys, authorizations)).isEqualTo(expected);
  }
}
