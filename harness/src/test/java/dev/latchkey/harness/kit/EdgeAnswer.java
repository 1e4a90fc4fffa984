package dev.latchkey.harness.kit;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.net.http.HttpHeaders;

/** What the edge answered. */
public record EdgeAnswer(int status, HttpHeaders headers, String body) {
  public JsonObject json() {
    return JsonParser.parseString(body).getAsJsonObject();
  }

  /** The text of a field; empty where it is absent or null. */
  public String text(String field) {
    JsonElement value = json().get(field);
    return value == null || value.isJsonNull() ? "" : value.getAsString();
  }

  public String header(String name) {
    return headers.firstValue(name).orElse("");
  }
}
