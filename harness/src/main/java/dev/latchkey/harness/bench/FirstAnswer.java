package dev.latchkey.harness.bench;

import dev.latchkey.harness.platform.JarProcess;
import dev.latchkey.kit.grpc.ServiceCredential;
import dev.latchkey.kit.secret.Secret;
import dev.latchkey.proto.keys.v1.AuthenticateRequest;
import dev.latchkey.proto.keys.v1.AuthenticateResponse;
import dev.latchkey.proto.keys.v1.AuthenticationServiceGrpc;
import dev.latchkey.proto.keys.v1.AuthenticationServiceGrpc.AuthenticationServiceBlockingStub;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * How long a program takes from the start of its process to its first answer to Authenticate. Tries
 * to connect every millisecond, which costs the program next to nothing, and then calls until the
 * answer is there.
 */
final class FirstAnswer {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final Duration BETWEEN_TRIES = Duration.ofMillis(1);

  private final Secret caller;
  private final AuthenticateRequest request;

  /** With the key of the caller, and what it asks. */
  FirstAnswer(Secret caller, AuthenticateRequest request) {
    this.caller = caller;
    this.request = request;
  }

  /**
   * Starts a program, measures, and stops it again.
   *
   * @param target where it will listen, {@code host:port}
   * @throws IllegalStateException if it ends, denies, or takes longer than a minute
   */
  Duration of(JarProcess program, String target) {
    long start = System.nanoTime();
    program.start();
    awaitListening(program, target);
    ManagedChannel channel = NettyChannelBuilder.forTarget(target).usePlaintext().build();
    try {
      AuthenticateResponse answer = call(channel, start);
      Duration elapsed = Duration.ofNanos(System.nanoTime() - start);
      if (!answer.hasAllowed()) {
        throw new IllegalStateException(program.name() + " denied: " + answer.getDenied());
      }
      return elapsed;
    } finally {
      channel.shutdownNow();
      program.stop();
    }
  }

  /**
   * Waits until a program that was started takes connections.
   *
   * @throws IllegalStateException if it ends, or does not within a minute
   */
  static void awaitListening(JarProcess program, String target) {
    long start = System.nanoTime();
    InetSocketAddress address =
        new InetSocketAddress(
            InetAddress.getLoopbackAddress(),
            Integer.parseInt(target.substring(target.indexOf(':') + 1)));
    while (!listens(address)) {
      if (!program.isRunning() || System.nanoTime() - start > LIMIT.toNanos()) {
        throw new IllegalStateException(
            "%s does not listen:%n%s".formatted(program.name(), program.lastLines()));
      }
      LockSupport.parkNanos(BETWEEN_TRIES.toNanos());
    }
  }

  private static boolean listens(InetSocketAddress address) {
    try (Socket socket = new Socket()) {
      socket.connect(address);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private AuthenticateResponse call(ManagedChannel channel, long start) {
    AuthenticationServiceBlockingStub stub =
        AuthenticationServiceGrpc.newBlockingStub(channel)
            .withWaitForReady()
            .withCallCredentials(ServiceCredential.of(caller))
            .withDeadlineAfter(LIMIT.toSeconds(), TimeUnit.SECONDS);
    while (true) {
      try {
        return stub.authenticate(request);
      } catch (StatusRuntimeException e) {
        if (e.getStatus().getCode() != Status.Code.UNAVAILABLE
            || System.nanoTime() - start > LIMIT.toNanos()) {
          throw e;
        }
        LockSupport.parkNanos(BETWEEN_TRIES.toNanos());
      }
    }
  }
}
