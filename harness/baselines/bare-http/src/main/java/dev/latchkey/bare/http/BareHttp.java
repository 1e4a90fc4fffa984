package dev.latchkey.bare.http;

import dev.latchkey.kit.grpc.Channels;
import io.grpc.ManagedChannel;
import io.micronaut.context.ApplicationContext;
import io.micronaut.runtime.server.EmbeddedServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * The process: serves {@link MeController} on loopback until it is killed. Its environment says
 * how: {@code BARE_PORT}, where it listens; {@code BARE_TARGET}, the {@code host:port} it calls;
 * {@code BARE_REQUEST} and {@code BARE_BODY}, files with the bytes of the call's request and of the
 * answer.
 */
public final class BareHttp {
  private BareHttp() {}

  public static void main(String[] arguments) throws IOException {
    ManagedChannel channel = Channels.open(System.getenv("BARE_TARGET"));
    NoOpCall call = NoOpCall.on(channel, bytes("BARE_REQUEST"));
    ApplicationContext.builder()
        .deduceEnvironment(false)
        .deduceCloudEnvironment(false)
        .environmentPropertySource(false)
        .banner(false)
        .properties(
            Map.of(
                "micronaut.server.host",
                "127.0.0.1",
                "micronaut.server.port",
                System.getenv("BARE_PORT"),
                // As the edge has it, for they are handlers of every connection.
                "micronaut.server.idle-timeout",
                "30s",
                "micronaut.server.netty.request-decompression-enabled",
                false))
        .singletons(call, new Body(bytes("BARE_BODY")))
        .start()
        .getBean(EmbeddedServer.class)
        .start();
  }

  private static byte[] bytes(String variable) throws IOException {
    return Files.readAllBytes(Path.of(System.getenv(variable)));
  }
}
