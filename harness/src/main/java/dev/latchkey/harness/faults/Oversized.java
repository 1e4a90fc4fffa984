package dev.latchkey.harness.faults;

import com.google.protobuf.ByteString;
import dev.latchkey.harness.attack.Oversize;
import dev.latchkey.harness.fleet.Party;
import dev.latchkey.kit.grpc.Channels;
import dev.latchkey.kit.grpc.ServiceCredential;
import dev.latchkey.proto.keys.v1.AuthenticateRequest;
import dev.latchkey.proto.keys.v1.AuthenticationServiceGrpc;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Frames, headers, messages and bodies above the limits, again and again, on both listeners. */
final class Oversized implements Scenario {
  private static final int HTTP_HEADER = 17 << 10;
  private static final int HTTP_TARGET = 5 << 10;
  private static final int HTTP_BODY = 65 << 10;
  private static final int GRPC_MESSAGE = 5 << 20;
  private static final int GRPC_METADATA = 32 << 10;

  @Override
  public String name() {
    return "oversized";
  }

  @Override
  public String fault() {
    return "oversized frames, headers, messages and bodies";
  }

  @Override
  public void run(Course course) throws IOException, InterruptedException {
    int rounds = course.form().choose(3, 100);
    Figures before = course.before();
    int grpc = course.fleet().port(Party.keyService(1));
    int http = course.fleet().port(Party.edge(1));
    int ended = 0;
    int refused = 0;
    for (int i = 0; i < rounds; i++) {
      for (byte[] attack : List.of(Oversize.frame(), Oversize.headers())) {
        ended += Oversize.endsConnection(grpc, attack) ? 1 : 0;
      }
      for (byte[] attack : List.of(Oversize.httpHeader(), Oversize.httpLine())) {
        ended += Oversize.endsConnection(http, attack) ? 1 : 0;
      }
      refused += overHttp(course, http) + overGrpc(course);
    }
    Figures during = course.figures();
    course.during(during);
    course.check(
        "connections with frames and headers beyond any measure are ended",
        "%d of %d".formatted(ended, 4 * rounds),
        ended == 4 * rounds);
    course.check(
        "what is above a limit is refused as documented",
        "%d of %d".formatted(refused, 5 * rounds),
        refused == 5 * rounds);
    course.checkAtMost("failed calls", during.failedCalls(), 0);
    course.checkTwice(before, during, course.form().crowded());
  }

  private static int overHttp(Course course, int port) throws IOException, InterruptedException {
    String base = "http://127.0.0.1:" + port + "/api/v1/me";
    try (HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
      HttpRequest.Builder header =
          HttpRequest.newBuilder(URI.create(base)).header("X-Large", "h".repeat(HTTP_HEADER));
      HttpRequest.Builder target =
          HttpRequest.newBuilder(URI.create(base + "?q=" + "t".repeat(HTTP_TARGET)));
      HttpRequest.Builder body =
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/api/v1/keys"))
              .header("X-API-Key", course.fleet().operatorKey().reveal())
              .header("Content-Type", "application/json")
              .POST(HttpRequest.BodyPublishers.ofByteArray(new byte[HTTP_BODY]));
      return is(course, client, header, 431)
          + is(course, client, target, 414)
          + is(course, client, body, 413);
    }
  }

  private static int is(Course course, HttpClient client, HttpRequest.Builder request, int status)
      throws IOException, InterruptedException {
    HttpResponse<Void> answer =
        client.send(
            request.timeout(Duration.ofSeconds(10)).build(),
            HttpResponse.BodyHandlers.discarding());
    if (answer.statusCode() != status) {
      course.note("HTTP %d, not %d".formatted(answer.statusCode(), status));
    }
    return answer.statusCode() == status ? 1 : 0;
  }

  private static int overGrpc(Course course) {
    ManagedChannel channel = Channels.open(course.fleet().target(Party.keyService(1)));
    try {
      var stub =
          AuthenticationServiceGrpc.newBlockingStub(channel)
              .withCallCredentials(ServiceCredential.of(course.fleet().operatorKey()))
              .withDeadlineAfter(10, TimeUnit.SECONDS);
      Metadata large = new Metadata();
      large.put(
          Metadata.Key.of("x-large", Metadata.ASCII_STRING_MARSHALLER), "m".repeat(GRPC_METADATA));
      AuthenticateRequest small = AuthenticateRequest.newBuilder().setCredential("none").build();
      AuthenticateRequest huge =
          AuthenticateRequest.newBuilder()
              .setCredentialBytes(ByteString.copyFrom(new byte[GRPC_MESSAGE]))
              .build();
      return refused(
              course,
              () ->
                  stub.withInterceptors(MetadataUtils.newAttachHeadersInterceptor(large))
                      .authenticate(small),
              EnumSet.of(Status.Code.RESOURCE_EXHAUSTED, Status.Code.INTERNAL))
          + refused(
              course, () -> stub.authenticate(huge), EnumSet.of(Status.Code.RESOURCE_EXHAUSTED));
    } finally {
      channel.shutdownNow();
    }
  }

  private static int refused(Course course, Supplier<?> call, Set<Status.Code> codes) {
    try {
      var _ = call.get();
      course.note("a call above the limit was answered");
      return 0;
    } catch (StatusRuntimeException e) {
      if (!codes.contains(e.getStatus().getCode())) {
        course.note(e.toString());
        return 0;
      }
      return 1;
    }
  }
}
