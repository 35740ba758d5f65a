"""Prompts: words that an owner would type, ready to pick. They hold nothing from the memory."""

from mcp.server import MCPServer
from mcp.server.mcpserver.prompts.base import UserMessage

from server.mcp.app import App


def add_prompts(server: MCPServer[App]) -> None:
    """Register the prompts."""

    @server.prompt(title="Brief me on someone")
    def brief_me(person: str) -> list[UserMessage]:
        """What to know before you talk to somebody."""
        return _ask(
            f"Brief me on {person}: use brief_me. Give what happened since we last spoke, what is"
            " open between us, and two questions worth asking, each with its date and who said it."
        )

    @server.prompt(title="Prepare a meeting")
    def prepare_meeting(person: str, purpose: str) -> list[UserMessage]:
        """Prepare a meeting with somebody, for a purpose."""
        return _ask(
            f"I am meeting {person}: {purpose}. Use brief_me with this purpose, then search_context"
            " where it leaves something open. End with a short list of what to raise, what to ask"
            " and what to be careful with. Say what you could not find."
        )

    @server.prompt(title="Summarise a conversation")
    def summarise_conversation(person: str) -> list[UserMessage]:
        """Summarise the latest conversation with somebody, and propose to remember it."""
        return _ask(
            f"Summarise my latest conversation with {person}: find it with brief_me and read it"
            " with read_context. Keep to what was said. Then use propose_note with the kind"
            " conversation_summary and the messages as evidence, and tell me that it waits for my"
            " yes in kinkeeper review."
        )

    @server.prompt(title="Weekly review")
    def weekly_review() -> list[UserMessage]:
        """What matters among your people until next week."""
        return _ask(
            "Go through my week with me: use review_relationships with the period week. Begin with"
            " what is open, and end with its short list, one next step each, with dates. Waiting"
            " or letting go is always an answer; do not urge me. Say nothing that is not in it."
        )

    @server.prompt(title="Monthly review")
    def monthly_review() -> list[UserMessage]:
        """A calm look at your relationships, and at what may become lighter."""
        return _ask(
            "Go through my month with me: use review_relationships with the period month. After"
            " what is open, ask me about what may become calmer, go to the archive, or needs a"
            " reason; I decide and type it myself. Waiting or letting go is always an answer."
        )

    @server.prompt(title="Weekly follow-ups")
    def weekly_follow_ups() -> list[UserMessage]:
        """Who to get in touch with this week, and why."""
        return _ask(
            "Who should I get in touch with this week? Use due_followups. For each of the first"
            " five give what is due and since when, with its reference, and one sentence that I"
            " could begin with. Write nothing to anybody."
        )


def _ask(text: str) -> list[UserMessage]:
    return [UserMessage(text)]
