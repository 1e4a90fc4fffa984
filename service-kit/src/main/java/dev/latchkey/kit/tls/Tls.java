package dev.latchkey.kit.tls;

import dev.latchkey.kit.settings.SettingsException;
import io.grpc.ChannelCredentials;
import io.grpc.InsecureChannelCredentials;
import io.grpc.InsecureServerCredentials;
import io.grpc.ServerCredentials;
import io.grpc.util.AdvancedTlsX509KeyManager;
import io.grpc.util.AdvancedTlsX509TrustManager;
import io.grpc.util.AdvancedTlsX509TrustManager.Verification;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The TLS of one service: what its listeners show and its clients believe, kept in step with the
 * files. New files hold for new connections within seconds; connections there are live on. Safe for
 * use by many threads.
 */
public final class Tls implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Tls.class);
  private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(2);

  /**
   * Of a session without a ticket, in seconds. A resumed session escapes the check of its
   * certificate, and so would outlive a CA that is taken away.
   */
  public static final long SESSION_TIMEOUT = 1;

  // No tickets from our listeners, for the same reason: no timeout holds for those of TLS 1.3. All
  // providers read this property when they are set up.
  static {
    System.setProperty("jdk.tls.server.enableSessionTicketExtension", "false");
  }

  private final List<WatchedFiles> watched = new CopyOnWriteArrayList<>();
  private final Optional<X509ExtendedKeyManager> identity;
  private final TlsSettings settings;
  private final ScheduledExecutorService looking;

  private Tls(TlsSettings settings) {
    this.settings = settings;
    this.identity = settings.identity().map(this::identity);
    this.looking =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("tls-files").factory());
  }

  /**
   * Reads the files and begins to watch them.
   *
   * @throws SettingsException if a file cannot be used
   */
  public static Tls open(TlsSettings settings) {
    return open(settings, BETWEEN_LOOKS);
  }

  /** The same with another time between two looks at the files. */
  public static Tls open(TlsSettings settings, Duration betweenLooks) {
    Tls tls = new Tls(settings);
    long millis = betweenLooks.toMillis();
    var _ = tls.looking.scheduleWithFixedDelay(tls::look, millis, millis, TimeUnit.MILLISECONDS);
    return tls;
  }

  /** What a gRPC listener of this service is set up with. */
  public ServerCredentials serverCredentials() {
    if (identity.isEmpty()) {
      return InsecureServerCredentials.create();
    }
    return GrpcContexts.server(identity.get(), settings.clientCa().map(this::clients));
  }

  /** What this service's gRPC clients connect with. */
  public ChannelCredentials channelCredentials() {
    return servers()
        .map(trust -> GrpcContexts.client(identity, trust))
        .orElseGet(InsecureChannelCredentials::create);
  }

  /** What this service's other clients connect with, where they do so over TLS. */
  public ClientTls clientTls() {
    return new ClientTls(identity, servers());
  }

  private Optional<X509ExtendedTrustManager> servers() {
    return settings
        .ca()
        .map(file -> trust(file, Verification.CERTIFICATE_AND_HOST_NAME_VERIFICATION));
  }

  /** What health and metrics are served with; none for plain text. */
  public Optional<SSLContext> operations() {
    return settings.operations() ? identity.map(Tls::context) : Optional.empty();
  }

  /**
   * The identity in two files, kept in step with them.
   *
   * @throws SettingsException if a file cannot be used
   */
  public X509ExtendedKeyManager identity(IdentityFiles files) {
    AdvancedTlsX509KeyManager manager = new AdvancedTlsX509KeyManager();
    watch(
        List.of(files.certificate(), files.key()),
        () -> {
          Identity loaded = Identity.load(files);
          warnIfNotValid(files.certificate(), loaded.certificate());
          manager.updateIdentityCredentials(
              loaded.chain().toArray(X509Certificate[]::new), loaded.key());
        });
    return manager;
  }

  /**
   * Believes clients with a certificate that a CA in the file signed, whatever it names; kept in
   * step with the file.
   *
   * @throws SettingsException if the file cannot be used
   */
  public X509ExtendedTrustManager clients(Path ca) {
    return trust(ca, Verification.CERTIFICATE_ONLY_VERIFICATION);
  }

  private X509ExtendedTrustManager trust(Path file, Verification verification) {
    try {
      AdvancedTlsX509TrustManager manager =
          AdvancedTlsX509TrustManager.newBuilder().setVerification(verification).build();
      watch(List.of(file), () -> believe(manager, file));
      return manager;
    } catch (CertificateException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void believe(AdvancedTlsX509TrustManager manager, Path file)
      throws UnusablePemException {
    X509Certificate[] authorities = Pem.certificates(file).toArray(X509Certificate[]::new);
    try {
      manager.updateTrustCredentials(authorities);
    } catch (IOException | GeneralSecurityException e) {
      throw new UnusablePemException("%s cannot be used".formatted(file));
    }
  }

  private void watch(List<Path> files, WatchedFiles.Use use) {
    WatchedFiles one = new WatchedFiles(files, use);
    try {
      one.start();
    } catch (UnusablePemException e) {
      throw new SettingsException(List.of(e.problem()));
    }
    watched.add(one);
  }

  private void look() {
    for (WatchedFiles one : watched) {
      try {
        one.look();
      } catch (RuntimeException e) {
        // The schedule would end with it.
        LOG.error("looking at the TLS files failed", e);
      }
    }
  }

  private static void warnIfNotValid(Path file, X509Certificate certificate) {
    Instant from = certificate.getNotBefore().toInstant();
    Instant until = certificate.getNotAfter().toInstant();
    Instant now = Instant.now();
    if (now.isBefore(from) || now.isAfter(until)) {
      LOG.warn("the certificate in {} is valid from {} to {}: peers refuse it", file, from, until);
    }
  }

  private static SSLContext context(X509ExtendedKeyManager identity) {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(new KeyManager[] {identity}, null, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Ends the watching of the files. */
  @Override
  public void close() {
    looking.shutdownNow();
  }
}
