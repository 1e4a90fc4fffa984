package dev.latchkey.edge.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.edge.testing.CapturedLog;
import dev.latchkey.edge.testing.EdgeFixture;
import dev.latchkey.edge.testing.FakeKeyService.Behaviour;
import dev.latchkey.edge.testing.TestKeys;
import dev.latchkey.proto.keys.v1.DenialReason;
import io.grpc.Status;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * BEHAVIOURS ME5 and MA5, at the edge: whatever happens to a request, its key is written nowhere.
 */
final class SecretsInLogsTest {
  @Test
  void key_isInNoLogAndNoMetric_whereverItStoodAndWhateverHappened() {
    String key = TestKeys.key("secret");
    String failing = TestKeys.key("failing");
    try (CapturedLog log = new CapturedLog();
        EdgeFixture fixture = EdgeFixture.start()) {
      fixture.keyService().when(key, Behaviour.denying(DenialReason.DENIAL_REASON_REVOKED));
      fixture
          .keyService()
          .when(
              failing,
              Behaviour.failing(Status.INTERNAL.withDescription(failing).asRuntimeException()));

      fixture.get("/api/v1/me", "X-API-Key", key);
      fixture.get("/api/v1/me", "Authorization", "Bearer " + key);
      fixture.get("/api/v1/me", "X-API-Key", failing);
      fixture.get("/api/v1/me?api_key=" + key, "X-API-Key", key);
      fixture.get("/api/v1/me?x=" + key.replace("_", "%5f"));
      fixture.get("/" + key);
      fixture.get("/nowhere", "X-API-Key", key, "Referer", "http://x/?k=" + key);
      fixture.get("/api/v1/me", "X-API-Key", key, "Accept", key);
      fixture.get("/api/v1/me", "X-API-Key", key, "X-Request-Id", key + key);
      fixture.post("/api/v1/authenticate", "{\"credential\":\"" + key, "X-API-Key", key);
      fixture.post("/api/v1/authenticate", "{\"%s\":1}".formatted(key), "X-API-Key", key);
      fixture.post(
          "/api/v1/authenticate", "{\"credential\":\"%s\"}".formatted(failing), "X-API-Key", key);

      String written = log.text() + fixture.operations("/metrics");

      for (String secret : List.of(key, failing, TestKeys.EDGE)) {
        assertThat(written).doesNotContain(secret, secret.substring(secret.length() - 30));
      }
      assertThat(log.text())
          .contains("route=/api/v1/me status=401")
          .contains("key_id=key-of-the-denied")
          .contains("route=unmatched status=404")
          .doesNotContain("/nowhere");
    }
  }

  @Test
  void accessLog_wouldShowAKeyThatItWereGiven() {
    // The captured log can fail: what is logged does appear in it.
    try (CapturedLog log = new CapturedLog();
        EdgeFixture fixture = EdgeFixture.start()) {
      fixture.get("/api/v1/me", "X-Request-Id", "to-be-found");

      assertThat(log.text()).contains("request_id=to-be-found client=127.0.0.1 key_id=-");
    }
  }
}
