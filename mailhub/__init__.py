"""MailHub: e-mail marketing with CRM features, self-hosted by one business."""
