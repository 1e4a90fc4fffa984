package dev.latchkey.kit.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.kit.grpc.ServerTransport;
import dev.latchkey.kit.grpc.TransportLimits;
import dev.latchkey.kit.net.Connections;
import dev.latchkey.kit.settings.SettingsException;
import dev.latchkey.kit.settings.SettingsReader;
import io.grpc.ChannelCredentials;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.protobuf.services.HealthStatusManager;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TlsTest {
  private static final Duration OFTEN = Duration.ofMillis(20);

  @TempDir Path folder;
  private Authority authority;
  private IdentityFiles serverFiles;
  private IdentityFiles clientFiles;
  private Path ca;
  private @Nullable Tls tls;
  private @Nullable Server started;
  private @Nullable ManagedChannel channel;

  @BeforeEach
  void issue() throws Exception {
    authority = new Authority("ours");
    ca = authority.write(folder.resolve("ca.pem"));
    serverFiles = authority.identity(folder, "server");
    clientFiles = authority.identity(folder, "client");
  }

  @AfterEach
  void stop() throws InterruptedException {
    if (channel != null) {
      channel.shutdownNow();
    }
    if (started != null) {
      started.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
    }
    if (tls != null) {
      tls.close();
    }
  }

  @Test
  void clientThatTrustsTheCa_isAnswered_overTls() throws Exception {
    serve(Optional.of(serverFiles), Optional.empty());

    assertThat(call(client(Optional.empty(), ca), "localhost")).isEqualTo("OK");
    assertThat(call(client(Optional.empty(), ca), "127.0.0.1")).isEqualTo("OK");
  }

  @Test
  void plainClient_isRefusedByTls_andTlsClientByPlainText() throws Exception {
    serve(Optional.of(serverFiles), Optional.empty());
    assertThat(call(InsecureChannelCredentials.create(), "localhost")).contains("UNAVAILABLE");

    server().shutdownNow().awaitTermination();
    serve(Optional.empty(), Optional.empty());
    assertThat(call(client(Optional.empty(), ca), "localhost"))
        .contains("UNAVAILABLE")
        .contains("not an SSL/TLS record");
  }

  @Test
  void serverOfAnotherCa_isNotBelieved() throws Exception {
    serve(Optional.of(serverFiles), Optional.empty());
    Path another = new Authority("theirs").write(folder.resolve("another.pem"));

    assertThat(call(client(Optional.empty(), another), "localhost")).contains("UNAVAILABLE");
  }

  @Test
  void serverOfAnotherName_isNotBelieved() throws Exception {
    serve(Optional.of(serverFiles), Optional.empty());

    assertThat(call(client(Optional.empty(), ca), "127.0.0.2")).contains("UNAVAILABLE");
  }

  @Test
  void withMutualTls_onlyClientsWithACertificateOfTheCa_areAnswered() throws Exception {
    serve(Optional.of(serverFiles), Optional.of(ca));
    IdentityFiles strange = new Authority("theirs").identity(folder, "strange");

    assertThat(call(client(Optional.of(clientFiles), ca), "localhost")).isEqualTo("OK");
    assertThat(call(client(Optional.empty(), ca), "localhost")).contains("UNAVAILABLE");
    assertThat(call(client(Optional.of(strange), ca), "localhost")).contains("UNAVAILABLE");
  }

  @Test
  void newFiles_areShownToNewConnections_whileOldOnesLiveOn() throws Exception {
    serve(Optional.of(serverFiles), Optional.empty());
    ManagedChannel old = open(client(Optional.empty(), ca), "localhost");
    channel = old;
    check(old);
    String before = shownCertificate();

    Authority.write(authority.issue("renewed"), serverFiles);

    await(() -> shownCertificate().equals("CN=renewed"));
    assertThat(before).isEqualTo("CN=server");
    check(old);
  }

  @Test
  void certificateRenewedWithTheSameKey_isShown() throws Exception {
    serve(Optional.of(serverFiles), Optional.empty());
    String before = serial();
    var renewed =
        authority.issue("same-key", Identity.load(serverFiles).certificate().getPublicKey());

    Files.writeString(serverFiles.certificate(), renewed.getCertificatePathPEM());

    await(() -> shownCertificate().equals("CN=same-key"));
    assertThat(serial()).isNotEqualTo(before);
  }

  @Test
  void brokenFiles_changeNothing_andRepairedOnesAreTaken() throws Exception {
    serve(Optional.of(serverFiles), Optional.empty());
    WatchedFiles watched =
        new WatchedFiles(
            java.util.List.of(serverFiles.certificate(), serverFiles.key()),
            () -> {
              var _ = Identity.load(serverFiles);
            });
    watched.start();

    Files.writeString(serverFiles.certificate(), "-----BEGIN CERTIFICATE-----\nbroken\n");
    watched.look();
    watched.look();
    assertThat(shownCertificate()).isEqualTo("CN=server");
    Files.delete(serverFiles.key());
    watched.look();
    assertThat(shownCertificate()).isEqualTo("CN=server");

    Authority.write(authority.issue("repaired"), serverFiles);
    await(() -> shownCertificate().equals("CN=repaired"));
  }

  @Test
  void clientOfACaThatIsTakenAway_isRefused_alsoWhenItWasHereBefore() throws Exception {
    Path clients = authority.write(folder.resolve("clients.pem"));
    serve(Optional.of(serverFiles), Optional.of(clients));
    ChannelCredentials credentials = client(Optional.of(clientFiles), ca);
    assertThat(call(credentials, "localhost")).isEqualTo("OK");

    new Authority("next").write(clients);

    await(() -> call(credentials, "localhost").contains("UNAVAILABLE"));
  }

  @Test
  void oldProtocols_areRefused() throws Exception {
    serve(Optional.of(serverFiles), Optional.empty());

    assertThatThrownBy(() -> handshake("TLSv1.1")).isInstanceOf(java.io.IOException.class);
    assertThat(handshake("TLSv1.2")).isNotNull();
    assertThat(handshake("TLSv1.3")).isNotNull();
  }

  @Test
  void everyMistake_isFoundAtStart_andNamed() throws Exception {
    Path missing = folder.resolve("missing.pem");
    Path text = Files.writeString(folder.resolve("text.pem"), "hello");

    assertThat(mistakes(Map.of("LATCHKEY_TLS_CERTIFICATE", serverFiles.certificate().toString())))
        .contains("LATCHKEY_TLS_KEY: not set, though LATCHKEY_TLS_CERTIFICATE is");
    assertThat(mistakes(pair(missing, serverFiles.key())))
        .contains("LATCHKEY_TLS_CERTIFICATE: " + missing + " does not exist");
    assertThat(mistakes(pair(text, text)))
        .contains("LATCHKEY_TLS_CERTIFICATE: " + text + " holds no certificate")
        .contains("LATCHKEY_TLS_KEY: " + text + " holds no RSA or EC key");
    assertThat(mistakes(pair(serverFiles.certificate(), clientFiles.key())))
        .contains("LATCHKEY_TLS_KEY: the key in " + clientFiles.key() + " does not belong");
    assertThat(mistakes(Map.of("LATCHKEY_TLS_CA", missing.toString())))
        .contains("LATCHKEY_TLS_CA: " + missing + " does not exist");
    assertThat(mistakes(Map.of("LATCHKEY_TLS_CLIENT_CA", ca.toString())))
        .contains("LATCHKEY_TLS_CLIENT_CA: needs LATCHKEY_TLS_CERTIFICATE");
    assertThat(mistakes(Map.of("LATCHKEY_OPERATIONS_TLS", "on")))
        .contains("LATCHKEY_OPERATIONS_TLS: needs LATCHKEY_TLS_CERTIFICATE");
    assertThat(mistakes(pair(serverFiles.certificate(), serverFiles.key()))).isEmpty();
  }

  private static void await(Callable<Boolean> condition) throws Exception {
    long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (!condition.call()) {
      assertThat(System.nanoTime()).as("waited too long").isLessThan(end);
      LockSupport.parkNanos(Duration.ofMillis(10).toNanos());
    }
  }

  private static Map<String, String> pair(Path certificate, Path key) {
    return Map.of(
        "LATCHKEY_TLS_CERTIFICATE", certificate.toString(), "LATCHKEY_TLS_KEY", key.toString());
  }

  private static String mistakes(Map<String, String> environment) {
    SettingsReader reader = SettingsReader.open(new HashMap<>(environment), TlsSettings.ALL);
    var _ = TlsSettings.read(reader);
    try {
      reader.check();
      return "";
    } catch (SettingsException e) {
      return String.valueOf(e.getMessage());
    }
  }

  private void serve(Optional<IdentityFiles> identity, Optional<Path> clientCa) throws Exception {
    Tls opened = Tls.open(new TlsSettings(identity, clientCa, Optional.empty(), false), OFTEN);
    tls = opened;
    started =
        ServerTransport.builder(
                new InetSocketAddress(InetAddress.getByName("0.0.0.0"), 0),
                opened.serverCredentials(),
                TransportLimits.DEFAULT,
                new Connections(100))
            .addService(new HealthStatusManager().getHealthService())
            .build()
            .start();
  }

  private Server server() {
    return Objects.requireNonNull(started);
  }

  private ChannelCredentials client(Optional<IdentityFiles> identity, Path trusted) {
    try (Tls clientTls =
        Tls.open(new TlsSettings(identity, Optional.empty(), Optional.of(trusted), false))) {
      return clientTls.channelCredentials();
    }
  }

  private ManagedChannel open(ChannelCredentials credentials, String host) {
    return Grpc.newChannelBuilder(host + ":" + server().getPort(), credentials).build();
  }

  /** OK, or the failure in full. */
  private String call(ChannelCredentials credentials, String host) {
    ManagedChannel opened = open(credentials, host);
    try {
      check(opened);
      return "OK";
    } catch (StatusRuntimeException e) {
      return e.getStatus() + " " + e.getStatus().getCause();
    } finally {
      opened.shutdownNow();
    }
  }

  private static void check(ManagedChannel channel) {
    var _ =
        HealthGrpc.newBlockingStub(channel)
            .withDeadlineAfter(20, TimeUnit.SECONDS)
            .check(HealthCheckRequest.getDefaultInstance());
  }

  private String shownCertificate() throws Exception {
    return handshake("TLSv1.3").getSubjectX500Principal().getName();
  }

  private String serial() throws Exception {
    return handshake("TLSv1.3").getSerialNumber().toString();
  }

  private X509Certificate handshake(String protocol) throws Exception {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, new TrustManager[] {new Anybody()}, null);
    try (SSLSocket socket =
        (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", server().getPort())) {
      socket.setSoTimeout(20_000);
      socket.setEnabledProtocols(new String[] {protocol});
      socket.startHandshake();
      return (X509Certificate) socket.getSession().getPeerCertificates()[0];
    }
  }

  private static final class Anybody implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
