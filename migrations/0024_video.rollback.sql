drop table mux_events, video_uploads;
