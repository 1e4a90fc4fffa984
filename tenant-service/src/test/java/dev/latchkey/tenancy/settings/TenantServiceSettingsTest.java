package dev.latchkey.tenancy.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.kit.settings.Setting;
import dev.latchkey.kit.settings.SettingsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class TenantServiceSettingsTest {
  private static final Path DOCUMENT = Path.of("../docs/configuration.md");

  @Test
  void everySetting_standsInTheConfigurationTable_asItIs() throws IOException {
    String document = Files.readString(DOCUMENT);
    String section = document.substring(document.indexOf("## tenant-service"));
    int next = section.indexOf("\n## ", 1);

    assertThat((next < 0 ? section : section.substring(0, next)).lines())
        .containsAll(TenantServiceSettings.ALL.stream().map(Setting::tableRow).toList());
  }

  @Test
  void nothingSet_isAConfigurationThatWorksOnOneMachine() {
    TenantServiceSettings settings = TenantServiceSettings.read(Map.of());

    assertThat(settings.grpc().host()).isEqualTo("127.0.0.1");
    assertThat(settings.grpc().port()).isEqualTo(9091);
    assertThat(settings.operations().port()).isEqualTo(9191);
    assertThat(settings.keyService()).isEqualTo("127.0.0.1:9090");
    assertThat(settings.serviceKey()).isEqualTo(Path.of(".latchkey/secrets/tenant-service.key"));
    assertThat(settings.database().url()).isEmpty();
    assertThat(settings.expirySweepInterval()).isEqualTo(Duration.ofMinutes(1));
  }

  @Test
  void allMistakes_areReportedTogether() {
    Map<String, String> environment =
        Map.of(
            "LATCHKEY_TENANT_SERVICE_PORT", "70000",
            "LATCHKEY_KEY_SERVICE", "no port",
            "LATCHKEY_EXPIRY_SWEEP_INTERVAL", "1ms",
            "LATCHKEY_TENANCY_DATABASE_URL", "mysql://x",
            "LATCHKEY_TENANCY_DATABASE_POOL_SIZE", "many");

    assertThatThrownBy(() -> TenantServiceSettings.read(environment))
        .isInstanceOf(SettingsException.class)
        .hasMessageContainingAll(environment.keySet().toArray(String[]::new));
  }
}
