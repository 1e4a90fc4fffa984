package dev.latchkey.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.kit.net.Network;
import dev.latchkey.kit.settings.SettingsException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class EdgeSettingsTest {
  @Test
  void nothingSet_givesTheDefaults() {
    EdgeSettings settings = EdgeSettings.read(Map.of());

    assertThat(settings.http().host()).isEqualTo("127.0.0.1");
    assertThat(settings.http().port()).isEqualTo(8080);
    assertThat(settings.operations().port()).isEqualTo(9180);
    assertThat(settings.keyService()).isEqualTo("127.0.0.1:9090");
    assertThat(settings.tenantService()).isEqualTo("127.0.0.1:9091");
    assertThat(settings.keyFile()).isEqualTo(Path.of(".latchkey/secrets/edge.key"));
    assertThat(settings.trustedProxies()).isEmpty();
    assertThat(settings.authenticateTimeout()).isEqualTo(Duration.ofSeconds(2));
    assertThat(settings.managementTimeout()).isEqualTo(Duration.ofSeconds(10));
    assertThat(settings.reportsPerMinute()).isEqualTo(30);
  }

  @Test
  void trustedProxies_areNetworksAndAddresses() {
    assertThat(
            EdgeSettings.read(Map.of("LATCHKEY_TRUSTED_PROXIES", "10.0.0.0/8, ::1,"))
                .trustedProxies())
        .isEqualTo(
            List.of(Network.parse("10.0.0.0/8").orElseThrow(), Network.parse("::1").orElseThrow()));
  }

  @Test
  void allMistakes_areReportedAtOnce() {
    assertThatThrownBy(
            () ->
                EdgeSettings.read(
                    Map.of(
                        "LATCHKEY_EDGE_PORT", "99999",
                        "LATCHKEY_EDGE_OPERATIONS_PORT", "x",
                        "LATCHKEY_KEY_SERVICE", "nowhere",
                        "LATCHKEY_TENANT_SERVICE", ":",
                        "LATCHKEY_TRUSTED_PROXIES", "10.0.0.0/99,proxy.example",
                        "LATCHKEY_AUTHENTICATE_TIMEOUT", "1h",
                        "LATCHKEY_MANAGEMENT_TIMEOUT", "1ms",
                        "LATCHKEY_EDGE_TLS_CLIENT_CA", "nowhere.pem",
                        "LATCHKEY_REPORTS_PER_MINUTE", "0")))
        .isInstanceOf(SettingsException.class)
        .hasMessageContainingAll(
            "LATCHKEY_EDGE_PORT: \"99999\"",
            "LATCHKEY_EDGE_OPERATIONS_PORT: \"x\"",
            "LATCHKEY_KEY_SERVICE: \"nowhere\"",
            "LATCHKEY_TRUSTED_PROXIES: \"10.0.0.0/99\"",
            "LATCHKEY_TRUSTED_PROXIES: \"proxy.example\"",
            "LATCHKEY_TENANT_SERVICE: \":\"",
            "LATCHKEY_AUTHENTICATE_TIMEOUT: \"1h\"",
            "LATCHKEY_MANAGEMENT_TIMEOUT: \"1ms\"",
            "LATCHKEY_EDGE_TLS_CLIENT_CA: nowhere.pem does not exist",
            "LATCHKEY_REPORTS_PER_MINUTE: \"0\"");
  }
}
