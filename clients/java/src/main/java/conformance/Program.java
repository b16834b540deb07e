package conformance;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import feishumail.ApiClient;
import feishumail.ApiException;
import feishumail.api.DraftsApi;
import feishumail.model.ErrorResponse;
import feishumail.model.SendDraftResponse;
import feishumail.model.SentMessage;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpHeaders;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Works through the conformance cases with the generated client and prints what it saw.
 *
 * <p>Usage: Program {@literal <base URL> <error-codes.json> <case file> ...}
 *
 * <p>Every call is made once, and nothing is judged.
 */
public final class Program {
  private static final ObjectMapper JSON = ApiClient.createDefaultObjectMapper();
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final List<String> HEADERS = List.of("x-tt-logid", "x-ogw-ratelimit-limit", "x-ogw-ratelimit-reset");

  private final Map<Integer, String> names = new HashMap<>();
  private final String automationDisabled;
  private final DraftsApi drafts;
  private HttpResponse<InputStream> answer;

  /** What one call brought; what was not seen is null. */
  private record Sighting(Integer status, Integer code, String name, String messageId, String threadId, String logId,
      HttpHeaders headers) {
    static final Sighting NOTHING = new Sighting(null, null, null, null, null, null, null);

    static Sighting of(HttpResponse<?> answer) {
      return new Sighting(answer.statusCode(), null, null, null, null, null, answer.headers());
    }

    Sighting withBody(Integer code, String name, String messageId, String threadId, String logId) {
      return new Sighting(status, code, name, messageId, threadId, logId, headers);
    }
  }

  public static void main(String[] arguments) throws IOException {
    if (arguments.length < 3) {
      System.err.println("usage: Program <base URL> <error-codes.json> <case file> ...");
      System.exit(2);
    }
    Program program = new Program(arguments[0], JSON.readTree(new File(arguments[1])));
    for (String file : List.of(arguments).subList(2, arguments.length)) {
      for (JsonNode each : JSON.readTree(new File(file)).get("cases")) {
        for (int call = 0; call < each.get("answers").size(); call++) {
          System.out.println(line(each.get("name").asText(), program.call(each.get("request"))));
        }
      }
    }
  }

  private Program(String baseUrl, JsonNode errorTable) {
    for (JsonNode error : errorTable.get("errors")) {
      names.put(error.get("code").asInt(), error.get("name").asText());
    }
    automationDisabled = errorTable.at("/refusals_with_code_0/0/name").asText();
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

  private Sighting call(JsonNode request) {
    String token = request.get("access_token").textValue();
    Map<String, String> headers = token == null ? Map.of() : Map.of("Authorization", "Bearer " + token);
    answer = null;
    try {
      SendDraftResponse success =
          drafts.sendDraft(request.get("user_mailbox_id").asText(), request.get("draft_id").asText(), headers);
      return withSuccess(Sighting.of(answer), success);
    } catch (ApiException failure) {
      if (failure.getCode() != 0) { // the HTTP status, in spite of its name
        return withFailure(Sighting.of(answer), failure.getResponseBody());
      }
      return failure.getCause() instanceof JsonProcessingException ? Sighting.of(answer) : Sighting.NOTHING;
    }
  }

  private Sighting withSuccess(Sighting seen, SendDraftResponse success) {
    if (success == null || success.getCode() == null) {
      return seen;
    }
    if (success.getCode() != 0) {
      return seen.withBody(success.getCode(), names.get(success.getCode()), null, null, null);
    }
    SentMessage data = success.getData() == null ? new SentMessage() : success.getData();
    boolean refused = JSON.valueToTree(data.getAutomationSendDisable()).size() > 0;
    return seen.withBody(0, refused ? automationDisabled : null, data.getMessageId(), data.getThreadId(), null);
  }

  private Sighting withFailure(Sighting seen, String body) {
    try {
      ErrorResponse failure = JSON.readValue(body, ErrorResponse.class);
      if (failure == null || failure.getCode() == null) {
        return seen;
      }
      String nested = failure.getError() == null ? null : failure.getError().getLogId();
      String logId = nested == null ? failure.getLogId() : nested;
      return seen.withBody(failure.getCode(), names.get(failure.getCode()), null, null, logId);
    } catch (JsonProcessingException noEnvelope) {
      return seen;
    }
  }

  private static void close(InputStream body) {
    try {
      body.close();
    } catch (IOException alreadyBroken) {
      // Whoever reads it hears of it.
    }
  }

  private static String line(String caseName, Sighting seen) throws JsonProcessingException {
    var headers = JSON.createObjectNode();
    for (String name : HEADERS) {
      headers.put(name, seen.headers() == null ? null : seen.headers().firstValue(name).orElse(null));
    }
    var line = JSON.createObjectNode().put("case", caseName).put("status", seen.status()).put("code", seen.code());
    line.put("name", seen.name()).put("message_id", seen.messageId()).put("thread_id", seen.threadId());
    return line.put("log_id", seen.logId()).set("headers", headers).toString();
  }
}
