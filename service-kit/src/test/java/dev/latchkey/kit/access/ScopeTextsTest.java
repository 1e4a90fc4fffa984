package dev.latchkey.kit.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.latchkey.kit.errors.ApiException;
import dev.latchkey.kit.errors.FieldViolation;
import dev.latchkey.kit.validation.Fields;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ScopeTextsTest {
  private final Fields in = new Fields();

  private List<String> refused() {
    ApiException refusal = catchThrowableOfType(ApiException.class, in::check);
    return refusal == null
        ? List.of()
        : refusal.violations().stream().map(FieldViolation::field).toList();
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "files:read", "a.b-c_d:e:f", "0"})
  void plainScope_isGrantedAndNamed(String scope) {
    ScopeTexts.granted(in, "scopes", List.of(scope));
    ScopeTexts.grantedOfTenants(in, "scopes", List.of(scope));
    ScopeTexts.named(in, "name", scope);

    assertThat(refused()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"*", "files:*", "a:b:*"})
  void wildcard_isGranted_butNamesNothing(String scope) {
    ScopeTexts.granted(in, "scopes", List.of(scope));
    ScopeTexts.grantedOfTenants(in, "scopes", List.of(scope));
    ScopeTexts.named(in, "name", scope);

    assertThat(refused()).containsExactly("name");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "A", "a::b", ":a", "a:", "a*", "a:*:b", "**", "a b", "ä", "a\n"})
  void malformedScope_isRefusedByItsPath(String scope) {
    ScopeTexts.granted(in, "scopes", List.of("ok", scope));
    ScopeTexts.grantedOfTenants(in, "scopes", List.of("ok", scope));
    ScopeTexts.named(in, "name", scope);

    assertThat(refused()).containsExactly("scopes[1]", "scopes[1]", "name");
  }

  @Test
  void latchkeysOwnScope_isOnlyGranted_whereItMayBe_andIsKnown() {
    ScopeTexts.granted(in, "own", List.of(Scopes.KEYS_READ, "latchkey.no:such"));
    ScopeTexts.grantedOfTenants(in, "tenants", List.of(Scopes.KEYS_READ));
    ScopeTexts.named(in, "name", Scopes.KEYS_READ);

    assertThat(refused()).containsExactly("own[1]", "tenants[0]", "name");
  }

  @Test
  void lengthAndCount_areBounded() {
    ScopeTexts.granted(in, "fits", Collections.nCopies(100, "a".repeat(100)));
    ScopeTexts.granted(in, "many", Collections.nCopies(101, "?"));
    ScopeTexts.granted(in, "long", List.of("a".repeat(101)));
    ScopeTexts.named(in, "name", "a".repeat(101));

    assertThat(refused()).containsExactly("many", "long[0]", "name");
  }
}
