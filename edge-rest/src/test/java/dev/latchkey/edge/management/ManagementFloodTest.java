package dev.latchkey.edge.management;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.edge.testing.Await;
import dev.latchkey.edge.testing.EdgeFixture;
import dev.latchkey.edge.testing.FakeKeyService;
import dev.latchkey.edge.testing.FakeManagement;
import dev.latchkey.edge.testing.Samples;
import dev.latchkey.edge.testing.TestKeys;
import dev.latchkey.proto.keys.v1.KeyServiceGrpc;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class ManagementFloodTest {
  @Test
  void floodOfSlowManagement_isRefusedBeyondItsPlaces_whileKeysAreDecidedOn() {
    String key = TestKeys.key("flood");
    try (EdgeFixture edge = EdgeFixture.start(Map.of("LATCHKEY_MANAGEMENT_TIMEOUT", "3s"))) {
      edge.keyService().when(key, FakeKeyService.Behaviour.allowing());
      edge.management().when(KeyServiceGrpc.getGetKeyMethod(), FakeManagement.Behaviour.silent());
      Queue<HttpResponse<String>> refused = new ConcurrentLinkedQueue<>();
      IntStream.range(0, ManagementPlaces.MOST + 20)
          .forEach(
              _ ->
                  Thread.ofVirtual()
                      .start(
                          () ->
                              refused.add(
                                  edge.get("/api/v1/keys/" + Samples.ID, "X-API-Key", key))));

      Await.until("those beyond the places are refused", () -> refused.size() >= 20);
      assertThat(refused)
          .allSatisfy(
              answer -> {
                assertThat(answer.statusCode()).isEqualTo(503);
                assertThat(answer.headers().firstValue("Retry-After")).contains("1");
              });
      assertThat(edge.get("/api/v1/me", "X-API-Key", key).statusCode()).isEqualTo(200);
      assertThat(edge.operations("/metrics")).contains("latchkey_management_refused_total");

      edge.management()
          .when(
              KeyServiceGrpc.getGetKeyMethod(),
              FakeManagement.Behaviour.answering(Samples.answer(KeyServiceGrpc.getGetKeyMethod())));
      Await.until(
          "places are given back",
          () -> edge.get("/api/v1/keys/" + Samples.ID, "X-API-Key", key).statusCode() == 200);
    }
  }
}
