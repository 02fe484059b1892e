"""Vision-language models that answer questions: any OpenAI-compatible chat endpoint, and Gemini.

Both clients are the vendors' own, which repeat a call with growing, jittered waits when the endpoint is busy,
broken or silent. They are the extra `judge`: `pip install collector[judge]`.
"""

from __future__ import annotations

import base64
import io
from typing import Any, Literal, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from collector.errors import JudgeError, JudgeUnavailable, UsageError

Picture = NDArray[np.uint8]
Kind = Literal["openai", "gemini"]

SYSTEM = (
    "You look at pictures of the game Minecraft and answer with exactly one of the words that are offered."
)
# As the judge of Solaris is shown them, (width, height); generated ones come as 640x352.
SHOWN = (640, 360)
SECONDS = 120.0
REPEATS = 5
FIRST_WAIT, LONGEST_WAIT = 1.0, 30.0
BUSY = (408, 409, 429, 500, 502, 503, 504)
# Words of one answer, and room for those who think before they speak.
ANSWER_TOKENS = 4096


class Prompt(NamedTuple):
    """What a judge is asked: a text, and pictures as PNG. `think`: whether it may reason first."""

    text: str
    pictures: tuple[bytes, ...]
    think: bool = False


class Reply(NamedTuple):
    """What a judge says, and the tokens that were read and written for it."""

    text: str
    tokens_in: int
    tokens_out: int


class Judge(Protocol):
    """Answers prompts; calls may come from several threads. `name` tells it from others."""

    name: str

    def answer(self, prompt: Prompt) -> Reply:
        """The answer.

        Raises:
            JudgeUnavailable: this call failed, also when it was repeated; another may not.
            JudgeError: no call will work: wrong key, unknown model, a request that is refused.
        """
        ...


class OpenAIJudge:
    """A model behind an OpenAI-compatible chat endpoint that takes pictures."""

    def __init__(self, model: str, key: str | None, endpoint: str | None = None) -> None:
        openai = _import("openai")
        self.name = model
        self._errors = openai
        # Many local servers need no key, but the client wants one.
        self._client = openai.OpenAI(
            api_key=key or "none", base_url=endpoint, timeout=SECONDS, max_retries=REPEATS
        )

    def answer(self, prompt: Prompt) -> Reply:
        """See `Judge`."""
        content: list[dict[str, Any]] = [{"type": "text", "text": prompt.text}]
        for picture in prompt.pictures:
            url = f"data:image/png;base64,{base64.b64encode(picture).decode()}"
            content.append({"type": "image_url", "image_url": {"url": url}})
        messages = [{"role": "system", "content": SYSTEM}, {"role": "user", "content": content}]
        try:
            said = self._client.chat.completions.create(model=self.name, messages=messages)
        except self._errors.APIStatusError as error:
            raise _failure(error.status_code, str(error)) from error
        except self._errors.APIError as error:
            raise JudgeUnavailable(f"the judge cannot be reached: {error}") from error
        if not said.choices:
            raise JudgeUnavailable("the judge gave no answer")
        read, written = (said.usage.prompt_tokens, said.usage.completion_tokens) if said.usage else (0, 0)
        return Reply(said.choices[0].message.content or "", read, written)


class GeminiJudge:
    """A model of Google's Gemini API."""

    def __init__(self, model: str, key: str | None, endpoint: str | None = None) -> None:
        self._genai = _import("google.genai")
        self._types = _import("google.genai.types")
        self.name = model
        if not key:
            raise UsageError("Gemini needs a key: put it into the environment as GEMINI_API_KEY")
        retries = self._types.HttpRetryOptions(
            attempts=REPEATS + 1,
            initial_delay=FIRST_WAIT,
            max_delay=LONGEST_WAIT,
            jitter=1.0,
            http_status_codes=list(BUSY),
        )
        options = self._types.HttpOptions(
            base_url=endpoint, timeout=int(SECONDS * 1000), retry_options=retries
        )
        self._client = self._genai.Client(api_key=key, http_options=options)

    def answer(self, prompt: Prompt) -> Reply:
        """See `Judge`."""
        types = self._types
        level = types.ThinkingLevel.HIGH if prompt.think else types.ThinkingLevel.MINIMAL
        config = types.GenerateContentConfig(
            system_instruction=SYSTEM,
            max_output_tokens=ANSWER_TOKENS,
            thinking_config=types.ThinkingConfig(thinking_level=level),
        )
        pictures = [types.Part.from_bytes(data=one, mime_type="image/png") for one in prompt.pictures]
        try:
            said = self._client.models.generate_content(
                model=self.name, contents=[prompt.text, *pictures], config=config
            )
        except self._genai.errors.APIError as error:
            raise _failure(error.code, str(error)) from error
        except Exception as error:  # the transport's own errors, of a library that may change
            raise JudgeUnavailable(f"the judge cannot be reached: {error}") from error
        usage = said.usage_metadata
        written = (usage.candidates_token_count or 0) + (usage.thoughts_token_count or 0) if usage else 0
        return Reply(said.text or "", (usage.prompt_token_count or 0) if usage else 0, written)


def connect(kind: Kind, model: str, key: str | None, endpoint: str | None) -> Judge:
    """The judge of that model.

    Raises:
        UsageError: the extra `judge` is not installed, or there is no key.
    """
    return GeminiJudge(model, key, endpoint) if kind == "gemini" else OpenAIJudge(model, key, endpoint)


def as_png(picture: Picture) -> bytes:
    """A picture as a judge is shown it: PNG at the size of `SHOWN`."""
    image = Image.fromarray(picture)
    if image.size not in (SHOWN, (640, 352)):
        image = image.resize(SHOWN, Image.Resampling.BICUBIC)
    sink = io.BytesIO()
    image.save(sink, "PNG")
    return sink.getvalue()


def _failure(status: int | None, text: str) -> JudgeError:
    """Whether another call may work, by the HTTP status."""
    if status in BUSY or (status or 500) >= 500:
        return JudgeUnavailable(f"the judge is busy or broken ({status}): {text}")
    return JudgeError(f"the judge refuses ({status}): {text}; check model, key and endpoint")


def _import(name: str) -> Any:
    import importlib  # noqa: PLC0415 (the clients are only needed when there is a judge)

    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise UsageError(f"{name} is not installed: pip install 'collector[judge]'") from error
