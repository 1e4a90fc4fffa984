package dev.latchkey.kit.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.kit.net.Connections;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.InsecureServerCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.protobuf.services.HealthStatusManager;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Connections as no client of ours makes them; others are answered meanwhile. */
final class HostileConnectionsTest {
  private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
  private static final byte[] SETTINGS = {0, 0, 0, 4, 0, 0, 0, 0, 0};
  private static final int MOST = 20;

  private final Connections connections = new Connections(MOST);
  private Server server;
  private ManagedChannel channel;

  @BeforeEach
  void start() throws IOException {
    TransportLimits limits =
        new TransportLimits(
            Duration.ofMillis(500),
            Duration.ofSeconds(1),
            Duration.ofSeconds(1),
            Duration.ofMinutes(5),
            Duration.ofSeconds(1),
            Duration.ofSeconds(1));
    server =
        ServerTransport.builder(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                InsecureServerCredentials.create(),
                limits,
                connections)
            .addService(new HealthStatusManager().getHealthService())
            .build()
            .start();
    channel =
        Grpc.newChannelBuilder("127.0.0.1:" + server.getPort(), InsecureChannelCredentials.create())
            .build();
  }

  @AfterEach
  void stop() throws InterruptedException {
    channel.shutdownNow();
    server.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
  }

  @Test
  void silentConnection_isClosed() throws IOException {
    try (Socket socket = connect()) {
      assertThat(closedWhile(socket, new byte[0])).isTrue();
    }
    answersOthers();
  }

  @Test
  void trickledPreface_isClosed() throws IOException {
    try (Socket socket = connect()) {
      // At ten bytes a second it would take longer than the limit.
      assertThat(closedWhile(socket, PREFACE.getBytes(StandardCharsets.US_ASCII))).isTrue();
    }
    answersOthers();
  }

  @Test
  void prefaceWithoutSettings_isClosed() throws IOException {
    try (Socket socket = connect()) {
      socket.getOutputStream().write(PREFACE.getBytes(StandardCharsets.US_ASCII));
      assertThat(closedWhile(socket, new byte[0])).isTrue();
    }
    answersOthers();
  }

  @Test
  void trickledHeaders_areClosed() throws IOException {
    try (Socket socket = connect()) {
      begin(socket.getOutputStream());
      // A HEADERS frame of 16,000 bytes that never comes to its end.
      socket.getOutputStream().write(new byte[] {0, 0x3e, (byte) 0x80, 1, 4, 0, 0, 0, 1});
      assertThat(closedWhile(socket, new byte[200])).isTrue();
    }
    answersOthers();
  }

  @Test
  void oversizedFrame_isClosed() throws IOException {
    try (Socket socket = connect()) {
      begin(socket.getOutputStream());
      // 16 MiB where 16 KiB is the most.
      socket
          .getOutputStream()
          .write(new byte[] {(byte) 0xff, (byte) 0xff, (byte) 0xff, 0, 0, 0, 0, 0, 1});
      assertThat(closedWhile(socket, new byte[0])).isTrue();
    }
    answersOthers();
  }

  @Test
  void connectionsBeyondTheBound_areClosedAtOnce_andRoomIsFoundAgain() throws IOException {
    answersOthers();
    List<Socket> sockets = new ArrayList<>();
    try {
      for (int i = 0; i < MOST; i++) {
        sockets.add(connect());
      }
      assertThat(closedWhile(sockets.getLast(), new byte[0])).isTrue();
      assertThat(connections.open()).isLessThanOrEqualTo(MOST);
      answersOthers();
    } finally {
      for (Socket socket : sockets) {
        socket.close();
      }
    }
    await(() -> connections.open() <= 1);
  }

  @Test
  void agedConnection_endsItsStreamsAsUnavailable_andCallsGoOn() {
    Iterator<HealthCheckResponse> watch =
        HealthGrpc.newBlockingStub(channel)
            .withDeadlineAfter(30, TimeUnit.SECONDS)
            .watch(HealthCheckRequest.getDefaultInstance());
    var _ = watch.next();
    String end = "";
    try {
      var _ = watch.next();
    } catch (StatusRuntimeException e) {
      end = e.getStatus().getCode().name();
    }
    assertThat(end).isEqualTo("UNAVAILABLE");
    answersOthers();
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.getPort());
    socket.setSoTimeout(100);
    return socket;
  }

  private static void begin(OutputStream out) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(PREFACE.getBytes(StandardCharsets.US_ASCII));
    bytes.writeBytes(SETTINGS);
    out.write(bytes.toByteArray());
  }

  /**
   * Sends one byte after each tenth of a second in which the server says nothing; whether it closes
   * the connection within 15 seconds.
   */
  private static boolean closedWhile(Socket socket, byte[] trickle) {
    long end = System.nanoTime() + Duration.ofSeconds(15).toNanos();
    int sent = 0;
    try {
      while (System.nanoTime() < end) {
        try {
          if (socket.getInputStream().read() < 0) {
            return true;
          }
        } catch (java.net.SocketTimeoutException e) {
          if (sent < trickle.length) {
            socket.getOutputStream().write(trickle[sent]);
            sent++;
          }
        }
      }
      return false;
    } catch (SocketException e) {
      return true;
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private void answersOthers() {
    assertThat(
            HealthGrpc.newBlockingStub(channel)
                .withWaitForReady()
                .withDeadlineAfter(10, TimeUnit.SECONDS)
                .check(HealthCheckRequest.getDefaultInstance())
                .getStatus())
        .isEqualTo(HealthCheckResponse.ServingStatus.SERVING);
  }

  private static void await(java.util.function.BooleanSupplier condition) {
    long end = System.nanoTime() + Duration.ofSeconds(15).toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("waited too long").isLessThan(end);
      LockSupport.parkNanos(Duration.ofMillis(10).toNanos());
    }
  }
}
