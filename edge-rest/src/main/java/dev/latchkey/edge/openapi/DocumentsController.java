package dev.latchkey.edge.openapi;

import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Produces;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Objects;

/**
 * Serves the OpenAPI document and its reading page. Both are public: they say what the docs say.
 */
@Controller
final class DocumentsController {
  private static final String HTML = "text/html; charset=utf-8";
  private static final String STYLE_START = "<style>";
  private static final String STYLE_END = "</style>";

  private final String document = resource("/latchkey/openapi.json");
  private final String page = resource("/latchkey/openapi.html");
  private final String policy = policy(page);

  @Get("/api/v1/openapi.json")
  HttpResponse<?> document() {
    return HttpResponse.ok(document);
  }

  @Get("/docs")
  @Produces(MediaType.TEXT_HTML)
  HttpResponse<?> page() {
    return HttpResponse.ok(page)
        .header("Content-Type", HTML)
        .header("Content-Security-Policy", policy)
        .header("Referrer-Policy", "no-referrer");
  }

  /** Nothing may be loaded or run; only the page's own style applies, known by its hash. */
  private static String policy(String page) {
    String style =
        page.substring(page.indexOf(STYLE_START) + STYLE_START.length(), page.indexOf(STYLE_END));
    return ("default-src 'none'; style-src 'sha256-%s'; base-uri 'none';"
            + " form-action 'none'; frame-ancestors 'none'")
        .formatted(Base64.getEncoder().encodeToString(sha256(style)));
  }

  private static byte[] sha256(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("SHA-256 is part of every Java platform", e);
    }
  }

  private static String resource(String name) {
    try (InputStream in =
        Objects.requireNonNull(
            DocumentsController.class.getResourceAsStream(name), "not in the jar: " + name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
