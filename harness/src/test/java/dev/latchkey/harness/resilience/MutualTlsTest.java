package dev.latchkey.harness.resilience;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.harness.kit.Issued;
import dev.latchkey.harness.kit.Tenants;
import dev.latchkey.harness.platform.Clients;
import dev.latchkey.harness.platform.Platform;
import dev.latchkey.harness.platform.Service;
import dev.latchkey.harness.platform.ServiceProcess;
import dev.latchkey.proto.keys.v1.AuthenticateRequest;
import dev.latchkey.proto.keys.v1.AuthenticationServiceGrpc;
import dev.latchkey.proto.tenancy.v1.ListOrganizationsRequest;
import dev.latchkey.proto.tenancy.v1.OrganizationServiceGrpc;
import io.grpc.ChannelCredentials;
import io.grpc.InsecureChannelCredentials;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.TlsChannelCredentials;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.CertificateBuilder.KeyUsage;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole chain encrypted, with certificates of clients: in front, and between all services. */
class MutualTlsTest {
  private static final Duration LIMIT = Duration.ofSeconds(90);

  @TempDir Path folder;

  @Test
  @DisplayName("three services work over mutual TLS, and let nobody in without a certificate")
  void mutualTlsEverywhere() throws Exception {
    X509Bundle inside = authority("Inside");
    X509Bundle outside = authority("Outside");
    Path insideCa = Files.writeString(folder.resolve("inside.pem"), inside.getCertificatePEM());
    Path outsideCa = Files.writeString(folder.resolve("outside.pem"), outside.getCertificatePEM());
    try (Platform platform = Platform.prepare(Platform.QUICK_START)) {
      for (Service service : Service.values()) {
        Pair pair = pair(inside, service.module());
        ServiceProcess process = platform.service(service);
        process.set("LATCHKEY_TLS_CERTIFICATE", pair.certificate().toString());
        process.set("LATCHKEY_TLS_KEY", pair.key().toString());
        process.set("LATCHKEY_TLS_CA", insideCa.toString());
        if (service != Service.EDGE) {
          process.set("LATCHKEY_TLS_CLIENT_CA", insideCa.toString());
        }
      }
      Pair front = pair(outside, "edge");
      platform
          .service(Service.EDGE)
          .set("LATCHKEY_EDGE_TLS_CERTIFICATE", front.certificate().toString());
      platform.service(Service.EDGE).set("LATCHKEY_EDGE_TLS_KEY", front.key().toString());
      platform.service(Service.EDGE).set("LATCHKEY_EDGE_TLS_CLIENT_CA", outsideCa.toString());
      platform.start(Service.values());

      String secret;
      try (Clients known = clients(platform, shown(insideCa, pair(inside, "operator")))) {
        Tenants tenants = new Tenants(known);
        Issued key =
            tenants.key(
                tenants
                    .project(
                        tenants.organization("Sealed"), "Sealed", Tenants.format("mk", true, false))
                    .getId());
        secret = key.text();
        assertThat(known.authentication().authenticate(ask(secret)).hasAllowed()).isTrue();
      }
      X509Bundle insider = bundle(inside, "insider");
      X509Bundle outsider = bundle(outside, "outsider");
      assertThat(me(outside, outsider, platform, secret)).isEqualTo(200);
      assertThatThrownBy(() -> me(inside, outsider, platform, secret))
          .isInstanceOf(IOException.class);
      assertThatThrownBy(() -> me(outside, insider, platform, secret))
          .isInstanceOf(IOException.class);

      assertRefused(platform, secret, InsecureChannelCredentials.create());
      assertRefused(
          platform,
          secret,
          TlsChannelCredentials.newBuilder().trustManager(insideCa.toFile()).build());
      assertRefused(platform, secret, shown(insideCa, pair(outside, "stranger")));
    }
  }

  /** Neither service takes a call over a connection like this, with however good a key. */
  private static void assertRefused(
      Platform platform, String secret, ChannelCredentials credentials) {
    try (Clients stranger = clients(platform, credentials)) {
      assertUnavailable(
          () ->
              AuthenticationServiceGrpc.newBlockingStub(stranger.keyServiceChannel())
                  .withCallCredentials(stranger.credentials())
                  .withDeadlineAfter(10, TimeUnit.SECONDS)
                  .authenticate(ask(secret)));
      assertUnavailable(
          () ->
              OrganizationServiceGrpc.newBlockingStub(stranger.tenantServiceChannel())
                  .withCallCredentials(stranger.credentials())
                  .withDeadlineAfter(10, TimeUnit.SECONDS)
                  .listOrganizations(ListOrganizationsRequest.getDefaultInstance()));
    }
  }

  private static void assertUnavailable(Runnable call) {
    assertThatThrownBy(call::run)
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            refused ->
                assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE));
  }

  private static AuthenticateRequest ask(String secret) {
    return AuthenticateRequest.newBuilder().setCredential(secret).build();
  }

  private static Clients clients(Platform platform, ChannelCredentials credentials) {
    return Clients.open(
        platform.target(Service.KEY_SERVICE),
        platform.target(Service.TENANT_SERVICE),
        credentials,
        platform.operatorKey());
  }

  private static ChannelCredentials shown(Path ca, Pair pair) throws IOException {
    return TlsChannelCredentials.newBuilder()
        .trustManager(ca.toFile())
        .keyManager(pair.certificate().toFile(), pair.key().toFile())
        .build();
  }

  /** The status of {@code GET /api/v1/me}, asked by someone who trusts this authority alone. */
  private static int me(X509Bundle trusted, X509Bundle shown, Platform platform, String secret)
      throws Exception {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(
        shown.toKeyManagerFactory().getKeyManagers(),
        new TrustManager[] {trusted.toTrustManager()},
        null);
    try (HttpClient client = HttpClient.newBuilder().sslContext(context).build()) {
      return client
          .send(
              HttpRequest.newBuilder(
                      URI.create("https://" + platform.target(Service.EDGE) + "/api/v1/me"))
                  .header("X-API-Key", secret)
                  .timeout(LIMIT)
                  .build(),
              BodyHandlers.discarding())
          .statusCode();
    }
  }

  private record Pair(Path certificate, Path key) {}

  private static X509Bundle authority(String name) throws Exception {
    return new CertificateBuilder()
        .subject("CN=" + name)
        .setIsCertificateAuthority(true)
        .setKeyUsage(true, KeyUsage.digitalSignature, KeyUsage.keyCertSign)
        .buildSelfSigned();
  }

  private static X509Bundle bundle(X509Bundle authority, String name) throws Exception {
    return new CertificateBuilder()
        .subject("CN=" + name)
        .addSanDnsName("localhost")
        .addSanIpAddress("127.0.0.1")
        .buildIssuedBy(authority);
  }

  private Pair pair(X509Bundle authority, String name) throws Exception {
    X509Bundle bundle = bundle(authority, name);
    return new Pair(
        Files.writeString(folder.resolve(name + ".pem"), bundle.getCertificatePathPEM()),
        Files.writeString(folder.resolve(name + ".key"), bundle.getPrivateKeyPEM()));
  }
}
