"""Skills: reusable parts of scripts. They raise `SkillFailed` when they give up."""
