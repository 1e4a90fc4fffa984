package dev.latchkey.harness.behaviours;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.harness.kit.Edge;
import dev.latchkey.harness.kit.EdgeAnswer;
import dev.latchkey.harness.kit.Issued;
import dev.latchkey.harness.kit.KeyText;
import dev.latchkey.harness.kit.OnPlatform;
import dev.latchkey.harness.kit.Tenants;
import dev.latchkey.harness.platform.Await;
import dev.latchkey.proto.keys.v1.KeyMode;
import dev.latchkey.proto.tenancy.v1.Project;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@OnPlatform
@DisplayName("Memory Scope: test and live keys")
class MemoryScopeTest {
  private final Tenants tenants;
  private final Edge edge;
  private Project project = Project.getDefaultInstance();

  MemoryScopeTest(Tenants tenants, Edge edge) {
    this.tenants = tenants;
    this.edge = edge;
  }

  @BeforeEach
  void makeTenant() {
    project =
        tenants.project(
            tenants.organization("Memory Scope"), "Journal", Tenants.format("sk", true, false));
  }

  @Test
  @DisplayName("MS1: sk_test_… and sk_live_…; the mode is in the text and in the context")
  void mode_isInTextAndContext() {
    Issued test = tenants.key(project.getId(), request -> request.setMode(KeyMode.KEY_MODE_TEST));
    Issued live = tenants.key(project.getId(), request -> request.setMode(KeyMode.KEY_MODE_LIVE));
    Issued unsaid = tenants.key(project.getId());

    assertThat(test.text()).matches("sk_test_[0-9A-Za-z]{49}");
    assertThat(live.text()).matches("sk_live_[0-9A-Za-z]{49}");
    assertThat(unsaid.text()).startsWith("sk_live_");
    assertThat(edge.me(test.text()).text("mode")).isEqualTo("test");
    assertThat(edge.me(live.text()).text("mode")).isEqualTo("live");
    // A key's mode cannot be changed by changing its text.
    String turned = live.text().replace("sk_live_", "sk_test_");
    assertThat(edge.me(turned).status()).isEqualTo(401);
  }

  @Test
  @DisplayName("MS2: missing, invalid or expired: 401 with the detail Invalid API key")
  void missingInvalidOrExpired_isInvalidApiKey() {
    Issued expiring =
        tenants.key(
            project.getId(),
            request -> request.setExpireTime(Tenants.timestamp(Instant.now().plusSeconds(2))));
    assertThat(edge.me(expiring.text()).status()).isEqualTo(200);

    refused(edge.get("/api/v1/me"));
    refused(edge.me("sk_test_abc123xyz789"));
    refused(edge.me(KeyText.neverIssued("sk_test_")));
    Await.until(
        Duration.ofSeconds(10),
        () -> edge.me(expiring.text()).status() != 200,
        () -> "the key still works");
    refused(edge.me(expiring.text()));
  }

  private static void refused(EdgeAnswer answer) {
    assertThat(answer.status()).isEqualTo(401);
    assertThat(answer.text("detail")).isEqualTo("Invalid API key");
  }
}
