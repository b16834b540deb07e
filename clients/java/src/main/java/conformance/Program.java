package conformance;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import feishumail.ApiClient;
import feishumail.ApiException;
import feishumail.api.DraftsApi;
import feishumail.model.ErrorResponse;
import feishumail.model.SendDraftResponse;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Makes the calls of the conformance cases that send drafts, with the generated client, and prints what it saw.
 *
 * <p>Usage: Program {@literal <base URL> <cases.json>}
 *
 * <p>Every call is made once, and nothing is judged.
 */
public final class Program {
  private static final ObjectMapper JSON = ApiClient.createDefaultObjectMapper();
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final List<String> HEADERS = List.of("x-tt-logid", "x-ogw-ratelimit-limit", "x-ogw-ratelimit-reset");

  private final DraftsApi drafts;
  private HttpResponse<InputStream> answer;

  public static void main(String[] arguments) throws IOException {
    if (arguments.length != 2) {
      System.err.println("usage: Program <base URL> <cases.json>");
      System.exit(2);
    }
    PrintStream output = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    Program program = new Program(arguments[0]);
    for (JsonNode each : JSON.readTree(new File(arguments[1])).get("cases")) {
      for (int call = 0; call < each.get("answers").size(); call++) {
        output.println(program.call(each.get("name").asText(), each.get("request")));
      }
    }
  }

  private Program(String baseUrl) {
    ApiClient client = new ApiClient();
    client.updateBaseUri(baseUrl);
    client.setReadTimeout(TIMEOUT);
    client.setResponseInterceptor(
        response -> {
          // The generated client forgets the status of an answer that it cannot parse.
          answer = response;
          // The timeout ends when the headers are there, and a body may then take for ever. Closing it ends that.
          CompletableFuture.delayedExecutor(TIMEOUT.toSeconds(), TimeUnit.SECONDS)
              .execute(() -> close(response.body()));
        });
    drafts = new DraftsApi(client);
  }

  private String call(String caseName, JsonNode request) {
    String token = request.get("access_token").textValue();
    Map<String, String> headers = token == null ? Map.of() : Map.of("Authorization", "Bearer " + token);
    answer = null;
    try {
      SendDraftResponse success =
          drafts.sendDraft(request.get("user_mailbox_id").asText(), request.get("draft_id").asText(), headers);
      return line(caseName, success == null || success.getCode() == null ? null : success);
    } catch (ApiException failure) {
      // The code is the HTTP status, in spite of its name.
      if (failure.getCode() == 0 && !(failure.getCause() instanceof JsonProcessingException)) {
        answer = null;
      }
      return line(caseName, failure.getCode() == 0 ? null : envelope(failure.getResponseBody()));
    }
  }

  private static ErrorResponse envelope(String body) {
    try {
      ErrorResponse failure = JSON.readValue(body, ErrorResponse.class);
      return failure == null || failure.getCode() == null ? null : failure;
    } catch (JsonProcessingException noEnvelope) {
      return null;
    }
  }

  private String line(String caseName, Object envelope) {
    var line = JSON.createObjectNode().put("case", caseName).put("status", answer == null ? null : answer.statusCode());
    var headers = line.set("envelope", JSON.valueToTree(envelope)).withObject("/headers");
    for (String name : HEADERS) {
      headers.put(name, answer == null ? null : answer.headers().firstValue(name).orElse(null));
    }
    return line.toString();
  }

  private static void close(InputStream body) {
    try {
      body.close();
    } catch (IOException alreadyBroken) {
      // Whoever reads it hears of it.
    }
  }
}
