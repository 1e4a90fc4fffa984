package dev.latchkey.tenancy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.kit.runtime.Listener;
import dev.latchkey.kit.runtime.ServiceHost;
import dev.latchkey.kit.settings.Setting;
import dev.latchkey.kit.settings.SettingsException;
import dev.latchkey.tenancy.testing.Api;
import dev.latchkey.tenancy.testing.Deployment;
import io.grpc.ServiceDescriptor;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.reflection.v1.ServiceResponse;
import io.grpc.stub.StreamObserver;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What operators and tools see of the running service. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class OperationsTest {
  @AutoClose private final Deployment deployment = new Deployment();
  @AutoClose private final HttpClient http = HttpClient.newHttpClient();

  private HttpResponse<String> get(String path) throws Exception {
    return http.send(
        HttpRequest.newBuilder(
                URI.create(
                    "http://127.0.0.1:%d%s"
                        .formatted(deployment.node().host().operationsPort(), path)))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void startedService_isLiveAndReady_overHttpAndGrpc() throws Exception {
    ServingStatus grpc =
        HealthGrpc.newBlockingStub(deployment.node().channel())
            .check(HealthCheckRequest.getDefaultInstance())
            .getStatus();

    assertThat(grpc).isEqualTo(ServingStatus.SERVING);
    assertThat(get("/health/liveness").statusCode()).isEqualTo(200);
    assertThat(get("/health/readiness").statusCode()).isEqualTo(200);
    assertThat(get("/metrics").body()).contains("service=\"tenant-service\"");
  }

  @Test
  void reflection_showsEveryService() throws Exception {
    CompletableFuture<ServerReflectionResponse> answer = new CompletableFuture<>();
    StreamObserver<ServerReflectionRequest> call =
        ServerReflectionGrpc.newStub(deployment.node().channel())
            .serverReflectionInfo(
                new StreamObserver<>() {
                  @Override
                  public void onNext(ServerReflectionResponse response) {
                    answer.complete(response);
                  }

                  @Override
                  public void onError(Throwable error) {
                    answer.completeExceptionally(error);
                  }

                  @Override
                  public void onCompleted() {}
                });
    call.onNext(ServerReflectionRequest.newBuilder().setListServices("").build());
    List<String> names =
        answer.get(10, TimeUnit.SECONDS).getListServicesResponse().getServiceList().stream()
            .map(ServiceResponse::getName)
            .toList();
    call.onCompleted();

    assertThat(names).containsAll(Api.SERVICES.stream().map(ServiceDescriptor::getName).toList());
  }

  @Test
  void takenPort_isNamed_withItsSetting() {
    int taken = deployment.node().host().port();

    for (boolean grpc : new boolean[] {true, false}) {
      Listener free = new Listener("127.0.0.1", 0, new Setting("FREE_PORT", null, "Free."));
      Listener refused = new Listener("127.0.0.1", taken, new Setting("A_PORT", null, "Taken."));
      ServiceHost.Plan plan =
          deployment.planListening(grpc ? refused : free, grpc ? free : refused);

      assertThatThrownBy(() -> ServiceHost.start(plan))
          .isInstanceOf(SettingsException.class)
          .hasMessageContaining("A_PORT: port %d of 127.0.0.1 is taken", taken);
    }
  }
}
