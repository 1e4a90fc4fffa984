package dev.latchkey.bare.http;

import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import java.util.concurrent.CompletionStage;

/** Makes the call and answers with the body it was given, whatever the call brought. */
@Controller("/api/v1/me")
final class MeController {
  private final NoOpCall call;
  private final Body body;

  MeController(NoOpCall call, Body body) {
    this.call = call;
    this.body = body;
  }

  @Get(produces = MediaType.APPLICATION_JSON)
  CompletionStage<HttpResponse<byte[]>> me() {
    return call.make().thenApply(_ -> HttpResponse.ok(body.bytes()));
  }
}
