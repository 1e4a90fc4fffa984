package dev.latchkey.bare.grpc;

import io.micronaut.context.ApplicationContext;
import io.micronaut.grpc.server.GrpcEmbeddedServer;
import java.util.Map;

/**
 * The process: serves {@link NoOp} on loopback, on the port that {@code BARE_PORT} names, until it
 * is told to end. The context is built with the same shortcuts as that of our services.
 */
public final class BareGrpc {
  private BareGrpc() {}

  public static void main(String[] arguments) throws InterruptedException {
    ApplicationContext context =
        ApplicationContext.builder()
            .properties(
                Map.of(
                    "grpc.server.host",
                    "127.0.0.1",
                    "grpc.server.port",
                    System.getenv("BARE_PORT")))
            .deduceEnvironment(false)
            .deduceCloudEnvironment(false)
            .environmentPropertySource(false)
            .banner(false)
            .start();
    GrpcEmbeddedServer server = context.getBean(GrpcEmbeddedServer.class);
    server.start();
    Runtime.getRuntime().addShutdownHook(new Thread(context::close));
    server.getServer().awaitTermination();
  }
}
