package dev.latchkey.edge.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.edge.testing.Await;
import dev.latchkey.edge.testing.EdgeFixture;
import dev.latchkey.edge.testing.RawHttp;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HttpsTest {
  @TempDir Path folder;

  @Test
  void bothListeners_serveHttps_andANewCertificateOnceItIsThere() throws Exception {
    X509Bundle authority = authority("CN=CA");
    Path certificate = folder.resolve("edge.pem");
    Path key = folder.resolve("edge.key");
    write(authority, "first", certificate, key);
    Map<String, String> settings =
        Map.of(
            "LATCHKEY_EDGE_TLS_CERTIFICATE", certificate.toString(),
            "LATCHKEY_EDGE_TLS_KEY", key.toString(),
            "LATCHKEY_TLS_CERTIFICATE", certificate.toString(),
            "LATCHKEY_TLS_KEY", key.toString(),
            "LATCHKEY_OPERATIONS_TLS", "on");
    try (EdgeFixture fixture = EdgeFixture.start(settings)) {
      int port = fixture.edge().port();
      assertThat(get(authority, port, "/api/v1/me").statusCode()).isEqualTo(401);
      assertThat(shown(authority, port)).isEqualTo("CN=first");
      assertThat(get(authority, fixture.edge().operationsPort(), "/health/liveness").statusCode())
          .isEqualTo(200);
      assertThat(RawHttp.exchange(port, "GET /api/v1/me HTTP/1.1\r\nHost: x\r\n\r\n"))
          .doesNotContain("HTTP/1.1");
      X509Bundle stranger = authority("CN=Other");
      assertThatThrownBy(() -> get(stranger, port, "/api/v1/me")).isInstanceOf(IOException.class);

      write(authority, "second", certificate, key);

      long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
      while (!shown(authority, port).equals("CN=second")) {
        assertThat(System.nanoTime()).as("waited too long").isLessThan(end);
        LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
      }
    }
  }

  @Test
  void withAClientCa_onlyItsClientsAreServed_andThoseOfANewOneOnceItIsThere() throws Exception {
    X509Bundle authority = authority("CN=CA");
    Path certificate = folder.resolve("edge.pem");
    Path key = folder.resolve("edge.key");
    write(authority, "edge", certificate, key);
    X509Bundle first = authority("CN=First");
    X509Bundle second = authority("CN=Second");
    Path clientCa = Files.writeString(folder.resolve("clients.pem"), first.getCertificatePEM());
    Map<String, String> settings =
        Map.of(
            "LATCHKEY_EDGE_TLS_CERTIFICATE", certificate.toString(),
            "LATCHKEY_EDGE_TLS_KEY", key.toString(),
            "LATCHKEY_EDGE_TLS_CLIENT_CA", clientCa.toString());
    // Each is kept for its sessions: one that is taken up again must not be a way around the CA.
    SSLContext nobody = client(authority);
    SSLContext ofFirst = client(authority, leaf(first, "client"));
    SSLContext ofSecond = client(authority, leaf(second, "client"));
    try (EdgeFixture fixture = EdgeFixture.start(settings)) {
      int port = fixture.edge().port();
      assertThat(isServed(nobody, port)).isFalse();
      assertThat(isServed(ofSecond, port)).isFalse();
      assertThat(isServed(ofFirst, port)).isTrue();

      Files.writeString(clientCa, second.getCertificatePEM());

      Await.until("the new CA's client is served", () -> isServed(ofSecond, port));
      Await.until("the old CA's client is not", () -> !isServed(ofFirst, port));
      assertThat(isServed(nobody, port)).isFalse();
    }
  }

  private static X509Bundle authority(String subject) throws Exception {
    return new CertificateBuilder()
        .subject(subject)
        .setIsCertificateAuthority(true)
        .buildSelfSigned();
  }

  private static X509Bundle leaf(X509Bundle authority, String name) throws Exception {
    return new CertificateBuilder()
        .subject("CN=" + name)
        .addSanDnsName("localhost")
        .addSanIpAddress("127.0.0.1")
        .buildIssuedBy(authority);
  }

  private static void write(X509Bundle authority, String name, Path certificate, Path key)
      throws Exception {
    X509Bundle leaf = leaf(authority, name);
    Files.writeString(certificate, leaf.getCertificatePathPEM());
    Files.writeString(key, leaf.getPrivateKeyPEM());
  }

  private static String shown(X509Bundle authority, int port) throws Exception {
    return ((X509Certificate)
            get(authority, port, "/api/v1/me").sslSession().orElseThrow().getPeerCertificates()[0])
        .getSubjectX500Principal()
        .getName();
  }

  private static HttpResponse<String> get(X509Bundle authority, int port, String path)
      throws Exception {
    return get(client(authority), port, path);
  }

  private static boolean isServed(SSLContext client, int port) {
    try {
      return get(client, port, "/api/v1/me").statusCode() == 401;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Believes one CA, and shows a certificate if one is given. */
  private static SSLContext client(X509Bundle authority, X509Bundle... shown) throws Exception {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(
        shown.length == 0 ? null : shown[0].toKeyManagerFactory().getKeyManagers(),
        new TrustManager[] {authority.toTrustManager()},
        null);
    return context;
  }

  private static HttpResponse<String> get(SSLContext context, int port, String path)
      throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newBuilder().sslContext(context).build()) {
      return client.send(
          HttpRequest.newBuilder(URI.create("https://localhost:" + port + path)).build(),
          HttpResponse.BodyHandlers.ofString());
    }
  }
}
