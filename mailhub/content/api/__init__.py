"""The paper's part of the API: letters, versions, previews, images."""
